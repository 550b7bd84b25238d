"""Topics: of a forum, of a private chat with a bot, and of a channel's direct messages.

After tdlib's `get_send_message_topic` and the Bot API server's `check_message_topic`, each with its own words.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.fakes.telegram.parameters import Parameters
from tests.fakes.telegram.people import FakeCustomer
from tests.fakes.telegram.refusals import bad


def writer(writers: Mapping[int, FakeCustomer], given: Parameters, *, message: bool) -> FakeCustomer:
    """Returns the customer of a channel whose topic is meant: named when sending, else found by the message."""
    if message:
        number = given.number("message_id")
        return next((one for one in writers.values() if number in one.shown or number in one.messages), _any(writers))
    if "direct_messages_topic_id" not in given.values:
        raise bad("topic not found" if "message_thread_id" in given.values else _UNSPECIFIED)
    topic = given.number("direct_messages_topic_id")
    if topic not in writers:
        raise bad("wrong direct messages topic identifier specified")
    return writers[topic]


_UNSPECIFIED = "channel direct messages topic must be specified"


def _any(writers: Mapping[int, FakeCustomer]) -> FakeCustomer:
    return next(iter(writers.values()))


def thread(customer: FakeCustomer, given: Parameters) -> int | None:
    """Returns the topic that a message goes to; None: the chat itself. Other chats than a channel's direct messages
    ignore `direct_messages_topic_id`."""
    if customer.topic is not None or "message_thread_id" not in given.values:
        return None
    number = given.number("message_thread_id")
    if number not in customer.topics:
        raise bad("message thread not found")
    return number
