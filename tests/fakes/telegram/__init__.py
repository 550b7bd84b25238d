"""A strict, stateful Bot API server.

    async with FakeTelegram() as telegram:
        nick = telegram.customer(1001, "Nick Smith")
        nick.writes("hello")                    # an update, polled or sent to the webhook
        await telegram.settled()                # the hub has confirmed it
        await telegram.wait_for(lambda: nick.reads == ["hello, Nick"])

`telegram.url` is the `api_url`, `telegram.token` the token; `telegram.faults` are planned by method
("sendMessage", "getUpdates" …).
"""

from tests.fakes.telegram.people import FakeCustomer, Seen, SentFile
from tests.fakes.telegram.server import TOKEN, FakeTelegram

__all__ = ["TOKEN", "FakeCustomer", "FakeTelegram", "Seen", "SentFile"]
