"""A strict, stateful REST Bot API server of Viber.

    async with FakeViber() as viber:
        nick = viber.customer("Nick Smith")     # subscribed
        nick.writes("hello")                    # a signed callback, once a webhook is set
        await viber.settled()                   # the hub has responded 200 to every callback
        await viber.wait_for(lambda: nick.reads == ["hello, Nick"])

`viber.url` is the `api_url`, `viber.token` the token; `viber.faults` are planned by method ("send_message",
"set_webhook" …). It fetches our files from their addresses, as Viber does.
"""

from tests.fakes.viber.people import FakeCustomer, Seen
from tests.fakes.viber.server import TOKEN, FakeViber

__all__ = ["TOKEN", "FakeCustomer", "FakeViber", "Seen"]
