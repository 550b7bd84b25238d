"""A strict, stateful VK with one community.

    async with FakeVk() as vk:
        nick = vk.customer(1001, "Nick Smith")
        nick.writes("hello")                    # an event, by Long Poll or sent to the callback servers
        await vk.settled()                      # the hub has confirmed it
        await vk.wait_for(lambda: nick.reads == ["hello, Nick"])

`vk.api_url` is the `api_url`, `vk.token` the token; `vk.requests` are the hub's calls with their parameters;
`vk.faults` are planned by method ("messages.send", "users.get" …), "a_check" (Long Poll) and "upload".
"""

from tests.fakes.vk.people import FakeCustomer, Seen
from tests.fakes.vk.server import GROUP, TOKEN, FakeVk

__all__ = ["GROUP", "TOKEN", "FakeCustomer", "FakeVk", "Seen"]
