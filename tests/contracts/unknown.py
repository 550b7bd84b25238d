"""Answers that no documentation explains, drawn in each platform's own shape and in none."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Answer = tuple[int, str, dict[str, str]]
"""Status, body and headers of an answer."""

ODD = ("", "Qzx_New", "QZX.NEW", "новый_код", "q" * 400, "null", "0")
STATUSES = (300, 304, 402, 406, 409, 418, 421, 426, 451, 499, 520, 530, 599)
BODIES = ("", "<html>Sorry</html>", "{", "[]", "null", "{}", '"q"', "[" * 5000)
MEANINGFUL = {("onec", 409), ("webhook", 409)}
"""Statuses that a platform's documentation explains, whatever their body."""
LETTERS = "qzxwkjvQZXWKJV_."


def _words(rng: random.Random) -> str:
    return "".join(rng.choice(LETTERS) for _ in range(rng.randint(1, 40)))


def _number(rng: random.Random) -> int:
    return rng.choice((rng.randint(-9, -2), rng.randint(400, 799), rng.randint(4_000, 9_000), 10**12))


def _viber(code: str, rng: random.Random) -> tuple[int, Any]:
    return 200, {"status": rng.choice((17, 20, 25, 99, -1, 10**9)), "status_message": code}


SHAPES: Mapping[str, Callable[[str, random.Random], tuple[int, Any]]] = {
    "telegram": lambda code, rng: rng.choice(
        (
            (400, {"ok": False, "error_code": 400, "description": f"Bad Request: {code}"}),
            (403, {"ok": False, "error_code": 403, "description": f"Forbidden: {code}"}),
        )
    ),
    "vk": lambda code, rng: (200, {"error": {"error_code": rng.choice((_number(rng), code)), "error_msg": code}}),
    "whatsapp": lambda code, rng: (400, {"error": {"message": code, "code": rng.choice((_number(rng), code))}}),
    "viber": _viber,
    "max": lambda code, rng: rng.choice(
        ((400, {"code": code, "message": code}), (200, {"success": False, "message": code}))
    ),
    "onec": lambda code, rng: (rng.choice((400, 418, 422)), {"error": code}),
    "api": lambda code, rng: (rng.choice((400, 409, 418, 422)), {"error": code}),
    "slack": lambda code, rng: (200, {"ok": False, "error": code}),
    "mattermost": lambda code, rng: (
        status := rng.choice((400, 403, 404, 409, 418, 501)),
        {"id": f"api.post.create_post.{code}", "message": code, "request_id": "r", "status_code": status},
    ),
    "1c": lambda code, rng: (
        rng.choice((400, 404, 409, 500)),
        {"odata.error": {"code": str(rng.randint(50, 999)), "message": {"lang": "ru", "value": f"{code} q"}}},
    ),
    "webhook": lambda code, rng: (rng.choice((402, 406, 418, 451)), {"error": code}),
}


def coded(kind: str, count: int = 12) -> Iterator[Answer]:
    """Draws refusals in the platform's own shape. `kind`: the beginning of a rig's name."""
    shape = SHAPES[kind.split("-", 1)[0]]
    rng = random.Random(f"{kind} 11")
    for code in (*ODD, *(_words(rng) for _ in range(count - len(ODD)))):
        status, body = shape(code, rng)
        yield status, json.dumps(body, ensure_ascii=False), {"X-OAuth-Scopes": "chat:write"}


def shapeless(kind: str, count: int = 12) -> Iterator[Answer]:
    """Draws answers of something that is not the platform."""
    rng = random.Random(f"{kind} 12")
    statuses = [status for status in STATUSES if (kind, status) not in MEANINGFUL]
    for _ in range(count):
        yield rng.choice(statuses), rng.choice(BODIES), {"Retry-After": rng.choice(("", "soon", "1e400", "nan"))}
