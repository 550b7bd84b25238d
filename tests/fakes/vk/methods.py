"""The methods of the fake VK: each checks what VK checks. Those of messages are in `messaging`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fakes.vk.events import CallbackServer
from tests.fakes.vk.parameters import Parameters
from tests.fakes.vk.refusals import Refused, bad

if TYPE_CHECKING:
    from tests.fakes.vk.server import FakeVk

Handler = Callable[["FakeVk", Parameters], Awaitable[Any]]
KINDS = frozenset(
    """message_new message_reply message_edit message_allow message_deny message_read message_typing_state
    message_event message_reaction_event photo_new wall_post_new wall_repost group_join group_leave user_block
    poll_vote_new""".split()  # noqa: SIM905
)
"""Kinds of events that can be switched on."""
UNTOLD = frozenset({"message_event"})
"""Kinds whose setting VK does not report."""


@dataclass(frozen=True)
class Method:
    handler: Handler
    parameters: frozenset[str]
    right: str


METHODS: dict[str, Method] = {}


def method(
    name: str, *parameters: str, right: str = "", more: frozenset[str] = frozenset()
) -> Callable[[Handler], Handler]:
    """Registers a method. `right`: the permission that its token needs."""

    def add(handler: Handler) -> Handler:
        METHODS[name] = Method(handler, frozenset(parameters) | more, right)
        return handler

    return add


# ------------------------------------------------------------------------------------ who is who


@method("users.get", "user_ids", "fields", "name_case")
async def users_get(vk: FakeVk, given: Parameters) -> Any:
    numbers, fields = given.numbers("user_ids"), given.text("fields").split(",")
    basic = {"id", "first_name", "last_name", "is_closed", "can_access_closed", "deactivated"}
    hidden = {"mobile_phone": "contacts", "home_phone": "contacts"}
    people = [vk.customers[number].user for number in numbers if number in vk.customers]
    return [
        {key: value for key, value in user.items() if key in basic or hidden.get(key, key) in fields} for user in people
    ]


@method("groups.getById", "group_ids", "group_id", "fields")
async def groups_get_by_id(vk: FakeVk, given: Parameters) -> Any:
    numbers = given.numbers("group_ids") if "group_ids" in given else [vk.group]
    groups = [{"id": n, "name": vk.groups[n], "screen_name": f"club{n}"} for n in numbers if n in vk.groups]
    return {"groups": [{**group, "is_closed": 0, "type": "group"} for group in groups], "profiles": []}


@method("messages.getConversationsById", "peer_ids", "extended", "group_id", right="messages")
async def get_conversations(vk: FakeVk, given: Parameters) -> Any:
    items = []
    for number in given.numbers("peer_ids"):
        if number in vk.customers:
            about = {"title": vk.customers[number].name, "members_count": 3}
            items.append({"peer": {"id": number, "type": "chat"}, "chat_settings": about})
    return {"count": len(items), "items": items}


@method("groups.getTokenPermissions")
async def get_token_permissions(vk: FakeVk, given: Parameters) -> Any:
    numbers = {"photos": 4, "messages": 4096, "docs": 131072, "manage": 262144}
    permissions = [{"name": name, "setting": numbers[name]} for name in sorted(vk.rights)]
    return {"mask": sum(numbers[name] for name in vk.rights), "permissions": permissions}


# ------------------------------------------------------------------------------------ how events come


def _ours(vk: FakeVk, given: Parameters) -> None:
    if given.number("group_id") != vk.group:
        raise Refused(15, "Access denied: no access to this group")


@method("groups.getLongPollServer", "group_id", right="manage")
async def get_long_poll_server(vk: FakeVk, given: Parameters) -> Any:
    _ours(vk, given)
    if not vk.long_poll.enabled:
        raise bad("longpoll for this group is not enabled")
    return {"key": vk.long_poll.key, "server": f"{vk.url}/lp/wh{vk.group}", "ts": str(vk.long_poll.end)}


@method("groups.getLongPollSettings", "group_id", right="manage")
async def get_long_poll_settings(vk: FakeVk, given: Parameters) -> Any:
    _ours(vk, given)
    found = vk.long_poll
    return {"is_enabled": found.enabled, "api_version": found.version, "events": _told(found.events)}


def _told(events: dict[str, int]) -> dict[str, int]:
    return {kind: events.get(kind, 0) for kind in sorted(KINDS - UNTOLD)}


@method("groups.setLongPollSettings", "group_id", "enabled", "api_version", right="manage", more=KINDS)
async def set_long_poll_settings(vk: FakeVk, given: Parameters) -> Any:
    _ours(vk, given)
    if "enabled" in given:
        vk.long_poll.enabled = given.flag("enabled")
    vk.long_poll.version = given.text("api_version") or vk.long_poll.version
    vk.long_poll.events |= _switched(given)
    vk.changed()
    return 1


def _switched(given: Parameters) -> dict[str, int]:
    return {kind: int(given.flag(kind)) for kind in KINDS if kind in given}


@method("groups.getCallbackConfirmationCode", "group_id", right="manage")
async def get_confirmation_code(vk: FakeVk, given: Parameters) -> Any:
    _ours(vk, given)
    return {"code": vk.code}


@method("groups.getCallbackServers", "group_id", "server_ids", right="manage")
async def get_callback_servers(vk: FakeVk, given: Parameters) -> Any:
    _ours(vk, given)
    return {"count": len(vk.servers), "items": [server.told() for server in vk.servers.values()]}


@method("groups.addCallbackServer", "group_id", "url", "title", "secret_key", right="manage")
async def add_callback_server(vk: FakeVk, given: Parameters) -> Any:
    _ours(vk, given)
    url, title, secret = given.needed("url"), given.needed("title"), given.text("secret_key")
    if len(vk.servers) >= 10:
        raise Refused(2000, "Servers number limit is reached")
    if len(title) > 14:
        raise bad("title is too long")
    if len(secret) > 50 or not (secret == "" or secret.replace("_", "a").isalnum()):
        raise bad("secret_key is invalid")
    server = CallbackServer(vk.next_id(), url, title, secret, vk.changed)
    vk.servers[server.number] = server
    await server.confirm(vk.group, vk.code, with_secret=vk.asks_with_secret)
    vk.changed()
    return {"server_id": server.number}


@method("groups.deleteCallbackServer", "group_id", "server_id", right="manage")
async def delete_callback_server(vk: FakeVk, given: Parameters) -> Any:
    server = _server(vk, given)
    del vk.servers[server.number]
    await server.stop()
    return 1


def _server(vk: FakeVk, given: Parameters) -> CallbackServer:
    _ours(vk, given)
    if given.number("server_id") not in vk.servers:
        raise bad("server_id is invalid")
    return vk.servers[given.number("server_id")]


@method("groups.getCallbackSettings", "group_id", "server_id", right="manage")
async def get_callback_settings(vk: FakeVk, given: Parameters) -> Any:
    server = _server(vk, given)
    return {"api_version": server.version, "events": _told(server.events)}


@method("groups.setCallbackSettings", "group_id", "server_id", "api_version", right="manage", more=KINDS)
async def set_callback_settings(vk: FakeVk, given: Parameters) -> Any:
    server = _server(vk, given)
    server.version = given.text("api_version") or server.version
    server.events |= _switched(given)
    vk.changed()
    return 1


# --------------------------------------------------------------------------------------------- files


@method("photos.getMessagesUploadServer", "peer_id", "group_id", right="photos")
async def photos_server(vk: FakeVk, given: Parameters) -> Any:
    given.number("peer_id")
    return {"upload_url": vk.uploading.place("photo"), "album_id": -64, "group_id": 0, "user_id": 0}


@method("photos.saveMessagesPhoto", "photo", "server", "hash", right="photos")
async def save_photo(vk: FakeVk, given: Parameters) -> Any:
    kept = vk.uploading.save(given.needed("photo"), given.needed("server"), given.needed("hash"))
    return [{**kept.thing(vk.group), "album_id": -64, "sizes": [], "text": ""}]


@method("docs.getMessagesUploadServer", "peer_id", "type", right="docs")
async def docs_server(vk: FakeVk, given: Parameters) -> Any:
    given.number("peer_id")
    if given.text("type") not in ("doc", "audio_message", "graffiti"):
        raise bad("type is invalid")
    return {"upload_url": vk.uploading.place(given.text("type"))}


@method("docs.save", "file", "title", "tags", right="docs")
async def docs_save(vk: FakeVk, given: Parameters) -> Any:
    kept = vk.uploading.save(given.needed("file"))
    kept.title = given.text("title") or kept.name
    about = {"title": kept.title, "size": len(kept.data)} if kept.kind == "doc" else {"duration": 3}
    return {"type": kept.kind, kept.kind: {**kept.thing(vk.group), **about}}
