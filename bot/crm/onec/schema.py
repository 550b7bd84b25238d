"""Check of the service against hub.toml: each missing object and field, with the most similar name there is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from bot.crm.onec.edmx import Schema
from bot.crm.onec.settings import OneCCrmSettings
from bot.domain.value import value
from bot.locale import Translator

OF_OBJECTS: Mapping[str, tuple[str, ...]] = {
    "contact": ("contact_name", "contact_full_name", "contact_client", "info"),
    "person": ("contact_name", "person_owner", "info"),
    "info_kind": (),
    "interest": (
        "interest_title",
        "interest_contact",
        "interest_comment",
        "interest_date",
        "interest_stage",
        "interest_closed",
    ),
    "task": ("task_title", "task_text", "task_due", "task_contact", "task_done"),
}
"""Fields that each object must have."""
OF_ROWS = ("info_kind", "info_type", "info_text", "info_value", "info_phone", "info_local_phone", "info_email")
NEAR = 0.5


@value
class Missing:
    """A missing name. `key`: its key in hub.toml; `of`: the object that lacks the field, "" if the object itself is
    missing. `part`: the field exists but is not a tabular section."""

    key: str
    name: str
    of: str = ""
    nearest: str = ""
    part: bool = False

    def words(self, tr: Translator) -> str:
        if self.part:
            what = tr.gettext("{name} of {of} is not a tabular section")
        elif self.of:
            what = tr.gettext("{of} has no field {name}")
        else:
            what = tr.gettext("the object {name} is not published in 1C")
        hint = tr.gettext("the closest name is {nearest}") if self.nearest else ""
        said = "; ".join(filter(None, (what, hint))).format(of=self.of, name=self.name, nearest=self.nearest)
        return f"crm.{self.key}: {said}"


def missing(settings: OneCCrmSettings, schema: Schema) -> Iterator[Missing]:
    for place, fields in OF_OBJECTS.items():
        objects: str = getattr(settings.objects, place)
        if not objects:
            continue
        if objects not in schema.sets:
            yield Missing(f"objects.{place}", objects, "", nearest(objects, schema.sets))
            continue
        yield from _of_fields(settings, objects, schema.properties(objects), fields)
    for objects in filter(None, (settings.objects.contact, settings.objects.person)):
        part, there = settings.fields.info, schema.properties(objects)
        rows = schema.rows(objects, part)
        if rows:
            yield from _of_fields(settings, f"{objects}_{part}", rows, OF_ROWS)
        elif part in there:
            parts = [name for name in there if schema.rows(objects, name)]
            yield Missing("fields.info", part, objects, nearest(part, parts), part=True)


def _of_fields(
    settings: OneCCrmSettings, of: str, there: Mapping[str, str], fields: Iterable[str]
) -> Iterator[Missing]:
    for field in fields:
        name: str = getattr(settings.fields, field)
        if name and name not in there:
            yield Missing(f"fields.{field}", name, of, nearest(name, there))


def nearest(wrong: str, right: Iterable[str]) -> str:
    """Returns the most similar name, ignoring case; "" if none is similar."""
    lower = {name.lower(): name for name in right}
    found = get_close_matches(wrong.lower(), lower, n=1, cutoff=NEAR)
    return lower[found[0]] if found else ""
