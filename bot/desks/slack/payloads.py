"""Access to Slack's JSON: whatever is not of the expected shape counts as empty. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Payload = Mapping[str, Any]
PICKER = "!"
"""Sign in a picker's `action_id`, before its token."""


def as_object(value: object) -> Payload:
    """Returns the value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_objects(value: object) -> list[Payload]:
    """Returns the JSON objects in a list; none if the value is not a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
