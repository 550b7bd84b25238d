"""Parser of Mattermost's requests to the hub: commands, buttons, forms. Pure.

Buttons and forms arrive unsigned: anyone who reaches the hub could name any user and any post. Two things protect them.
A button's context, which Mattermost shows to nobody, is signed as a whole for its desk, thread and post. A form's state
passes through a browser, so it is signed for the person whom it was opened for.
https://developers.mattermost.com/integrate/plugins/interactive-messages/
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any
from uuid import uuid4

from bot.domain import Actor, Commanded, DeskName, FormChanged, Key, Place, PostId, Pressed, Submitted, ThreadId
from bot.domain.value import value
from bot.ports import Forged
from bot.views import inputs

Json = Mapping[str, Any]

NUMBER = re.compile(r"[0-9]{1,4}")
LONGEST_VALUE = 200
"""Characters kept of an option that a client sends."""
CARD = "card"
"""The `where` of a button on a card, whose post is its thread's root. Elsewhere `where` is the root's id, or ""."""


class ButtonSurface(StrEnum):
    """Kind of post that a button is on, which decides whether the answer may replace it."""

    NONE = "none"  # a card, or a post in a thread: not replaced
    EPHEMERAL = "ephemeral"  # an ephemeral view: only clients have it, the server does not store it
    DIRECT = "direct"  # a direct message


NONCE = "hub_nonce"
"""Key in the props of a post with buttons and in their contexts, so that each button is valid only on its own post."""


@value
class Proofs:
    """Signs contexts of buttons. `secrets`: the hub's, and its former one."""

    secrets: tuple[str, ...]

    def nonce(self, post: str) -> str:
        """Returns the same value each time the post is drawn, so that a button pressed during an update stays valid."""
        return self._signature(self.secrets[0], ["post", post])[:12]

    def sign(self, context: Json) -> str:
        return self._signature(self.secrets[0], _said(context))

    def hold(self, context: Json) -> bool:
        given, said = str(context.get("sign")).encode("utf-8", "replace"), _said(context)
        return any(hmac.compare_digest(self._signature(one, said).encode(), given) for one in self.secrets)

    @staticmethod
    def _signature(secret: str, said: Sequence[object]) -> str:
        key = b"mattermost button\0" + secret.encode()
        return hmac.new(key, json.dumps(said).encode(), hashlib.sha256).hexdigest()[:32]


def _said(context: Json) -> list[object]:
    said = [context.get(name) for name in ("desk", "where", "view", "nonce", "token", "tokens")]
    return [*said, context[_PICKS]] if _PICKS in context else said


PEOPLE, OPTIONS = "people", "options"
"""Kinds of pickers: of the server's users, and of options whose values the core knows."""
_PICKS = "picks"


def context(
    desk: DeskName, where: str, standing: ButtonSurface, nonce: str, proofs: Proofs, *tokens: str, picks: str = ""
) -> dict[str, Any]:
    """Builds the context of a button, a menu or a picker. A menu's options are numbers, so clients never see its
    tokens. `picks`: the kind of picker, "" for none."""
    held: dict[str, Any] = {"token": tokens[0]} if len(tokens) == 1 else {"tokens": list(tokens)}
    view = {} if standing is ButtonSurface.NONE else {"view": str(standing)}
    said = {"desk": desk, "where": where, "nonce": nonce, **view, **held, **({_PICKS: picks} if picks else {})}
    return {**said, "sign": proofs.sign(said)}


def standing_of(body: Json) -> ButtonSurface:
    """Returns the kind of post that the pressed button is on."""
    try:
        return ButtonSurface(str(_inner(body).get("view") or ButtonSurface.NONE))
    except ValueError as error:
        raise Forged("a button that stands nowhere") from error


def desk_of_press(body: Json) -> DeskName:
    return DeskName(str(_inner(body).get("desk", "")))


def proved(body: Json, proofs: Proofs) -> bool:
    """Verifies the signature. Returns False for a button from before contexts were signed; raises `Forged` for a wrong
    one."""
    inner = _inner(body)
    if "sign" not in inner:
        return False
    if not proofs.hold(inner):
        raise Forged("a button's context that this hub did not make")
    return True


def belongs(body: Json, post: Json, me: str) -> bool:
    """Tells whether `post` is the hub's and the one that the button was made for."""
    nonce = (post.get("props") or {}).get(NONCE)
    there = post.get("user_id") == me and post.get("channel_id") == body.get("channel_id")
    return there and bool(nonce) and nonce == _inner(body).get("nonce")


def picked_user(body: Json) -> str:
    """Returns the id of the user who was picked, as the client sent it; "" for nobody."""
    inner = _inner(body)
    return str(inner.get("selected_option") or "") if inner.get(_PICKS) == PEOPLE else ""


def pressed(body: Json, actor: Actor, *, proved: bool, person: Actor | None = None) -> Pressed:
    """Parses a press. Raises `Forged` for what cannot come from the hub's buttons or menus. `proved`: see the function;
    `person`: the user who was picked."""
    inner = _inner(body)
    picked = str(inner.get("selected_option") or "")[:LONGEST_VALUE] if _PICKS in inner else ""
    post = str(body.get("post_id") or "")
    where = str(inner.get("where") or "")
    thread = post if where == CARD else where
    place = Place(DeskName(str(inner.get("desk"))), str(body.get("channel_id") or ""), _thread(thread), _post(post))
    key, sticks = _key("press", body.get("trigger_id")), bool(inner.get("selected_option"))
    return Pressed(key, actor, place, _token(inner), proved, picked, person, sticks)


def _inner(body: Json) -> Json:
    inner = body.get("context")
    if not isinstance(inner, dict):
        raise Forged("a button without context")
    return inner


def _token(inner: Json) -> str:
    """Returns the chosen token. Mattermost does not check that the option was offered. A menu of one has a single
    token."""
    offered = inner.get("tokens")
    if not isinstance(offered, list):
        return str(inner.get("token") or "")
    chosen = str(inner.get("selected_option") or "")
    if not NUMBER.fullmatch(chosen) or int(chosen) >= len(offered):
        raise Forged("an option that the menu does not have")
    return str(offered[int(chosen)])


def commanded(desk: DeskName, form: Mapping[str, str], actor: Actor) -> Commanded:
    """Parses a slash command. Older servers do not state its thread."""
    thread = form.get("root_id") or form.get("parent_id") or ""
    place = Place(desk, form.get("channel_id", ""), _thread(thread))
    return Commanded(_key("command", form.get("trigger_id")), actor, place, form.get("text", "").strip())


@value
class FormState:
    """Data that travel with a form: whom it was opened for, its thread, the core's token, and the names of its
    fields. `people`: fields in which users are picked."""

    desk: DeskName
    user: str
    thread: str
    token: str
    fields: tuple[str, ...] = ()
    people: tuple[str, ...] = ()

    def sealed(self, secret: str) -> str:
        return json.dumps([*self._said, self._signature(secret)])

    @classmethod
    def opened(cls, sealed: str, secrets: Sequence[str]) -> FormState:
        """Opens a sealed state. Raises `Forged`."""
        try:
            desk, user, thread, token, fields, *people, signature = json.loads(sealed)
            state = cls(
                DeskName(str(desk)), str(user), str(thread), str(token), tuple(map(str, fields)), *map(tuple, people)
            )
        except (ValueError, TypeError, RecursionError) as error:
            raise Forged("a form without its state") from error
        given = str(signature).encode("utf-8", "replace")
        if not any(hmac.compare_digest(state._signature(one).encode(), given) for one in secrets):
            raise Forged("a form that this hub did not open")
        return state

    @property
    def _said(self) -> list[object]:
        people = [list(self.people)] if self.people else []
        return [self.desk, self.user, self.thread, self.token, list(self.fields), *people]

    def _signature(self, secret: str) -> str:
        said = json.dumps(self._said).encode()
        return hmac.new(b"mattermost form\0" + secret.encode(), said, hashlib.sha256).hexdigest()[:32]


def submitted(body: Json, state: FormState, actor: Actor, people: Sequence[Actor] = ()) -> Submitted:
    """Builds the event of a submission. Each has a new key: Mattermost never repeats one by itself, and the same values
    after a refusal are a new attempt. `people`: the users chosen in
    it."""
    place = Place(state.desk, str(body.get("channel_id") or ""), _thread(state.thread))
    return Submitted(Key(f"form:{uuid4().hex}"), actor, place, state.token, answers(body, state), tuple(people))


def changed(body: Json, state: FormState, actor: Actor) -> FormChanged:
    """Builds the event of a choice on which other fields depend."""
    place = Place(state.desk, str(body.get("channel_id") or ""), _thread(state.thread))
    return FormChanged(Key(f"change:{uuid4().hex}"), actor, place, state.token, answers(body, state))


def answers(body: Json, state: FormState) -> dict[str, str]:
    """Maps the form's fields to values. Newer servers leave out what is empty. Raises `Forged` if it comes from someone
    else."""
    if str(body.get("user_id") or "") != state.user:
        raise Forged("a form opened for somebody else")
    given = body.get("submission")
    values = _answers(given if isinstance(given, dict) else {}, state)
    return inputs.joined(dict.fromkeys(state.fields, "") | values)


TICKED = "="
"""Separator of field name and option value in the name of a checkbox."""


def ticked_fields(body: Json) -> frozenset[str]:
    """Returns the fields that were shown as checkboxes."""
    given = body.get("submission")
    names = map(str, given if isinstance(given, dict) else ())
    return frozenset(name.partition(TICKED)[0] for name in names if TICKED in name)


def _answers(given: Json, state: FormState) -> dict[str, str]:
    """Maps field names to values; a field shown as checkboxes gets its ticked options, comma-separated."""
    values: dict[str, str] = {}
    ticked: dict[str, list[str]] = {}
    for name, entered in given.items():
        field, sign, option = str(name).partition(TICKED)
        if sign and field in state.fields and str(name) not in state.fields:
            ticked.setdefault(field, []).extend([option] if _value(entered) == "true" else [])
        elif name in state.people:
            values[str(name)] = ",".join(inputs.picked(user) for user in _value(entered).split(",") if user)
        else:
            values[str(name)] = _value(entered)
    return values | {field: ",".join(options) for field, options in ticked.items()}


def _value(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case list():
            return ",".join(map(str, value))
        case _:
            return str(value)


def _key(kind: str, trigger: object) -> Key:
    """Builds a key from the trigger, which is long and unique to each press."""
    once = hashlib.sha256(str(trigger).encode()).hexdigest()[:32] if trigger else uuid4().hex
    return Key(f"{kind}:{once}")


def _thread(thread: str) -> ThreadId | None:
    return ThreadId(thread) if thread else None


def _post(post: str) -> PostId | None:
    return PostId(post) if post else None
