"""Names and numbers that identify things."""

from __future__ import annotations

from typing import NewType

AccountName = NewType("AccountName", str)
DeskName = NewType("DeskName", str)
RoleName = NewType("RoleName", str)
ContactId = NewType("ContactId", int)
DialogId = NewType("DialogId", int)
MessageId = NewType("MessageId", int)
OperatorId = NewType("OperatorId", int)
InterestId = NewType("InterestId", int)
TaskId = NewType("TaskId", int)
ChatId = NewType("ChatId", str)  # a conversation on a customer channel
ForeignId = NewType("ForeignId", str)  # a message in that conversation
ThreadId = NewType("ThreadId", str)  # a thread in a desk's channel
PostId = NewType("PostId", str)  # a post in a desk's channel
Key = NewType("Key", str)  # identifies one event or one parcel, for ever


def topic_in(chat: ChatId, topic: object) -> ChatId:
    """Chat of a topic inside a chat, for channels whose conversations have topics."""
    return ChatId(f"{chat}/{topic}")


def is_topic_in(chat: ChatId, topic: ChatId) -> bool:
    """Tells whether `topic` was made by `topic_in` of this chat."""
    return topic.startswith(f"{chat}/")
