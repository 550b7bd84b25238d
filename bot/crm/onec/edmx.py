"""Parser of $metadata: a service's objects and their properties. Pure, and incremental: the document may be large.

A document type, and with it entities, is refused: it could make a parser run for ever or open other files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from bot.domain.value import value

COLLECTION = "Collection("
DEEPEST = 64


class InvalidMetadata(Exception):
    """The document is not the metadata of a service."""


@value
class Schema:
    """The metadata. `sets`: the type of each entity set; `types`: the properties of each type, with their types. Types
    are without namespace; a collection has the type of its items."""

    sets: Mapping[str, str]
    types: Mapping[str, Mapping[str, str]]

    def properties(self, objects: str) -> Mapping[str, str]:
        """Returns the properties of a set's objects; none if there is no such set."""
        return self.types.get(self.sets.get(objects, ""), {})

    def rows(self, objects: str, part: str) -> Mapping[str, str]:
        """Returns the properties of a tabular section's rows."""
        return self.types.get(self.properties(objects).get(part, ""), {})


@dataclass
class _SchemaReader:
    sets: dict[str, str] = field(default_factory=dict)
    types: dict[str, dict[str, str]] = field(default_factory=dict)
    _type: dict[str, str] | None = None
    _depth: int = 0
    _seen: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise InvalidMetadata("it is nested too deep")
        name = tag.rpartition(" ")[2]
        self._seen = self._seen or name == "Edmx"
        if not self._seen:
            raise InvalidMetadata("it does not begin with Edmx")
        if name in ("EntityType", "ComplexType"):
            self._type = self.types.setdefault(attributes.get("Name", ""), {})
        elif name == "Property" and self._type is not None:
            self._type[attributes.get("Name", "")] = _bare(attributes.get("Type", ""))
        elif name == "EntitySet":
            self.sets[attributes.get("Name", "")] = _bare(attributes.get("EntityType", ""))

    def end(self, tag: str) -> None:
        self._depth -= 1
        if tag.rpartition(" ")[2] in ("EntityType", "ComplexType"):
            self._type = None


def read(pieces: Iterable[bytes]) -> Schema:
    """Parses a document. Raises `InvalidMetadata`."""
    reader = _SchemaReader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.StartDoctypeDeclHandler = _refuse
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise InvalidMetadata(f"it is no XML: {expat.errors.messages[error.code]}") from None
    if not reader.sets:
        raise InvalidMetadata("it names no objects")
    return Schema(reader.sets, reader.types)


def _refuse(*_declared: object) -> None:
    raise InvalidMetadata("it declares a document type")


def _bare(name: str) -> str:
    """Strips "Collection(StandardODATA.X_RowType)" to "X_RowType"; Edm's own types keep their name."""
    inner = name.removeprefix(COLLECTION).removesuffix(")") if name.startswith(COLLECTION) else name
    return inner if inner.startswith("Edm.") else inner.rpartition(".")[2]
