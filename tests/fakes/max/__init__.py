"""A strict, stateful server of MAX's Bot API, of its upload address and of its file storage.

    async with FakeMax() as max_:
        nick = max_.customer(1001, "Nick Smith")
        nick.writes("hello")                 # an update, polled or sent to the webhooks
        await max_.settled()                 # the hub has confirmed it
        await max_.wait_for(lambda: nick.reads == ["hello, Nick"])

`max_.url` is the `api_url`, `max_.token` the token; `max_.faults` are planned by "METHOD /path" ("POST /messages",
"GET /updates", "GET /chats", "POST /upload" …); `max_.requests` records the hub's requests.
"""

from tests.fakes.max.people import FakeCustomer, Seen, SeenFile
from tests.fakes.max.server import TOKEN, FakeMax, Request

__all__ = ["TOKEN", "FakeCustomer", "FakeMax", "Request", "Seen", "SeenFile"]
