"""Contact cards: vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350) as phones, mail programs and messengers write them.

Cards are read property by property, and a property that cannot be read costs no other: the libraries for Python
(vobject, vobjectx) reject a whole card for one of them, and cards that were cut off.
"""

from __future__ import annotations

import quopri
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import unquote

from bot.domain import SharedContact
from bot.domain.value import value

LONGEST = 200_000
"""Characters that are read of a card; pictures make them long."""
MOST, LONGEST_VALUE = 30, 500
"""Values read of each property, and characters of each."""
MESSENGERS = {"IMPP": "", "X-SOCIALPROFILE": "", "X-SKYPE": "skype", "X-SKYPE-USERNAME": "skype", "X-JABBER": "xmpp"}
"""Properties that hold an address in a messenger or network → the scheme to add to a bare name; "" for none."""
BINARY = frozenset({"B", "BASE64"})
PRINTABLE = "QUOTED-PRINTABLE"

_PROPERTY = re.compile(r"\s*(?:[\w-]+\.)?([\w-]+)((?:;(?:\"[^\"]*\"|[^\":])*)?):(.*)", re.DOTALL)
"""`item1.TEL;TYPE="cell,voice":+1 …`: name, parameters, value. A colon in quotes is part of a parameter."""
_LENIENT = re.compile(r"\s*(?:[\w-]+\.)?([\w-]+)((?:;[^:]*)?):(.*)", re.DOTALL)
"""The same for a parameter whose quotes do not match."""
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SEPARATOR = re.compile(r"(?<!\\)((?:\\\\)*);")
_EXTENSION = re.compile(r";ext=([0-9]+)", re.IGNORECASE)


@value
class Property:
    """A line of a card. `parameters`: upper-case words such as `CELL` and `ENCODING=QUOTED-PRINTABLE`."""

    name: str
    parameters: tuple[str, ...]
    value: str


def read(card: str) -> SharedContact:
    """Parses the first card of a text; what it does not say is empty."""
    found: dict[str, list[str]] = defaultdict(list)
    for one in _first_card(card[:LONGEST]):
        if len(found[one.name]) < MOST and not BINARY & set(_encodings(one)):
            found[one.name].append(_decoded(one)[:LONGEST_VALUE])
    names = [_plain(name) for name in found["FN"] if name.strip()] or [_full_name(name) for name in found["N"]]
    return SharedContact(
        name=next(iter(names), ""),
        phones=tuple(map(_phone, found["TEL"])),
        emails=tuple(map(_plain, found["EMAIL"])),
        company=_all(", ".join(_parts(company)) for company in found["ORG"]),
        title=_all(_plain(title) for title in (*found["TITLE"], *found["ROLE"])),
        sites=(*map(_plain, found["URL"]), *_messengers(found)),
        addresses=tuple(map(_address, found["ADR"] or found["LABEL"])),
    )


def write(contact: SharedContact) -> str:
    """Writes a card of version 3.0."""
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{_safe(contact.name)}"]
    lines += [f"ORG:{_safe(contact.company)}"] if contact.company else []
    lines += [f"TITLE:{_safe(contact.title)}"] if contact.title else []
    lines += [f"TEL;TYPE=CELL:{_safe(phone)}" for phone in contact.phones]
    lines += [f"EMAIL:{_safe(email)}" for email in contact.emails]
    lines += [f"URL:{_safe(site)}" for site in contact.sites]
    lines += [f"ADR:;;{_safe(address)};;;;" for address in contact.addresses]
    return "".join(f"{line}\r\n" for line in (*lines, "END:VCARD"))


# --------------------------------------------------------------------------------------------- lines


def _first_card(text: str) -> Iterator[Property]:
    """Yields the properties of the first card, without those of cards inside it (`AGENT`)."""
    depth = 0
    for line in _unfolded(text):
        one = _property(line)
        if one is None:
            continue
        if one.name == "BEGIN":
            depth += 1
        elif one.name == "END":
            depth -= 1
            if depth <= 0:
                return
        elif depth <= 1:
            yield one


def _unfolded(text: str) -> Iterator[str]:
    """Yields whole lines. Version 2.1 folds at spaces, which stay, and its quoted-printable values end in `=` where
    they go on; later versions put a space in front of the rest."""
    kept = 0 if re.search(r"^VERSION:2", text, re.IGNORECASE | re.MULTILINE) else 1
    whole: list[str] = []
    printable = False
    for line in re.split(r"\r\n|\n|\r", text):
        if printable and whole[-1].endswith("="):
            whole[-1] = whole[-1][:-1]
            whole.append(line.lstrip(" \t"))
        elif whole and whole[0] and line[:1] in (" ", "\t"):
            whole.append(line[kept:])
        else:
            yield "".join(whole)
            whole, printable = [line], PRINTABLE in line.partition(":")[0].upper()
    yield "".join(whole)


def _property(line: str) -> Property | None:
    found = _PROPERTY.fullmatch(line) or _LENIENT.fullmatch(line)
    if found is None:
        return None
    name, parameters, said = found.groups()
    return Property(name.upper(), tuple(parameters.upper().strip(";").split(";")), said.strip())


# -------------------------------------------------------------------------------------------- values


def _encodings(one: Property) -> list[str]:
    return [parameter.rpartition("=")[2] for parameter in one.parameters]


def _decoded(one: Property) -> str:
    """Decodes quoted-printable; a character set that Python does not know is taken for UTF-8."""
    if PRINTABLE not in _encodings(one):
        return one.value
    charset = next((word[len("CHARSET=") :] for word in one.parameters if word.startswith("CHARSET=")), "UTF-8")
    raw = quopri.decodestring(one.value.encode("utf-8", "replace"))
    try:
        return raw.decode(charset, "replace")
    except (LookupError, ValueError):
        return raw.decode("utf-8", "replace")


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)


def _parts(structured: str) -> list[str]:
    """Splits a structured value, such as a name or an address, into the parts that say something."""
    parts = _SEPARATOR.sub("\\1\x00", structured).split("\x00")
    lines = ([line.strip(" ,") for line in _plain(part).splitlines()] for part in parts)
    return [shown for part in lines if (shown := ", ".join(filter(None, part)))]


def _full_name(name: str) -> str:
    """Builds a name from its parts: family, given, additional, prefixes, suffixes."""
    parts = [_plain(part).strip() for part in _SEPARATOR.sub("\\1\x00", name).split("\x00")]
    family, given, additional, before, after = (*parts, "", "", "", "", "")[:5]
    return " ".join(filter(None, (before, given, additional, family, after)))


def _all(many: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, many)))


def _messengers(found: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yields profiles and names in messengers as addresses (`skype:ann`)."""
    for name, scheme in MESSENGERS.items():
        for said in map(_plain, found.get(name, ())):
            if ":" in said:
                yield from () if said.startswith("x-apple:") else (said,)
            elif scheme and said:
                yield f"{scheme}:{said}"


def _address(address: str) -> str:
    return ", ".join(_parts(address))


def _phone(number: str) -> str:
    """Number without the scheme of RFC 3966 (`tel:+1-555-0100;ext=7`)."""
    number = _plain(number)
    if not number.lower().startswith("tel:"):
        return number
    extension = _EXTENSION.search(number)
    bare = unquote(number[len("tel:") :].partition(";")[0])
    return f"{bare} ext. {extension[1]}" if extension else bare


def _safe(text: str) -> str:
    return re.sub(r"([\\;,])", r"\\\1", text).replace("\r", "").replace("\n", "\\n")
