"""Repositories for customers and operators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from bot.domain import (
    AccountName,
    Actor,
    ChatId,
    Contact,
    ContactId,
    DeskName,
    Dialog,
    Operator,
    OperatorId,
    Profile,
    RoleName,
)
from bot.domain.value import value


@value
class Identity:
    """Contact on one account. `open`: their open dialog there. `dialogs`: how many they have ever had, on any account.
    `new`: unknown before this transaction. `blocked`: they blocked us; `barred`: we blocked them. `early`: changes
    of messages that have not come may be kept (`EarlyChanges`)."""

    account: AccountName
    chat: ChatId
    contact: Contact
    username: str
    blocked: bool
    open: Dialog | None
    dialogs: int = 0
    new: bool = False
    barred: bool = False
    early: bool = False


@value
class Keys:
    """Keys for matching a person: phone number and e-mail address as `bot.domain.spelling` writes them, "" for none.
    `…_proven`: the channel vouched that it is theirs."""

    phone: str = ""
    email: str = ""
    phone_proven: bool = False
    email_proven: bool = False


@value
class ContactKeys:
    """Contact with its keys. `account`: one that it writes on; None: merged into another."""

    contact: Contact
    keys: Keys
    account: AccountName | None


class Transcripts(StrEnum):
    """View of a contact's messages that an operator prefers."""

    SPLIT = "split"  # dialog by dialog
    SINGLE = "single"  # all dialogs as one


class Contacts(Protocol):
    async def lock_identity(self, account: AccountName, chat: ChatId, profile: Profile) -> tuple[Identity, bool]:
        """Finds or creates the identity (and its contact), locks it and applies the profile: never erases, and ignores
        what this chat has reported before, because operators or another chat of the contact may have corrected it. The
        second value: name, phone, e-mail or picture have changed, or the channel vouches for a known phone or e-mail
        for the first time. A new topic of a chat (`profile.home`) belongs to that chat's contact."""
        ...

    async def get(self, contact: ContactId) -> Contact:
        """The contact; for a merged one, the contact it was merged into."""
        ...

    async def itself(self, contact: ContactId) -> Contact:
        """The contact itself, even if merged, as it was at the merge."""
        ...

    async def save(self, contact: Contact) -> None:
        """Writes name, phone, e-mail, picture and kind. Callers who change phone or e-mail also set the keys."""
        ...

    async def keys(self, contact: ContactId) -> Keys:
        """The contact's keys; empty ones for a contact that does not exist."""
        ...

    async def set_keys(self, contact: ContactId, keys: Keys) -> None:
        """Replaces the contact's keys."""
        ...

    async def after(self, contact: ContactId, limit: int) -> Sequence[ContactKeys]:
        """Contacts with higher ids, in order."""
        ...

    async def renew_keys(self, known: ContactKeys, keys: Keys) -> None:
        """Replaces the keys; does nothing when somebody else has set them, or phone or e-mail have changed."""
        ...

    async def alike(self, contact: ContactId, keys: Keys) -> Sequence[tuple[Contact, Keys]]:
        """Other contacts with the same phone or e-mail, oldest first, and the keys they match by. A merged contact is
        represented by the one it was merged into."""
        ...

    async def identities(self, contact: ContactId) -> Sequence[Identity]:
        """The contact's identities on all accounts, ordered by account and chat."""
        ...

    async def topics(self, account: AccountName, chat: ChatId) -> Sequence[ChatId]:
        """Chats that are topics in this one, in order; see `bot.domain.ids.topic_in`."""
        ...

    async def lock_known(self, account: AccountName, chat: ChatId) -> bool:
        """Locks the identity; False: that chat is unknown."""
        ...

    async def set_blocked(self, account: AccountName, chat: ChatId, blocked: bool) -> None:
        """Sets, on the identity and its open dialogs, whether the customer blocked us."""
        ...

    async def set_barred(self, account: AccountName, chat: ChatId, barred: bool) -> None:
        """Sets, on the identity and all its dialogs, whether operators blocked the customer."""
        ...

    async def move(self, account: AccountName, chat: ChatId, to: ChatId, *, same_ids: bool) -> None:
        """Gives the identity and its dialogs another chat id; joins the two if both are known. `same_ids`: messages
        keep their ids there."""
        ...


class Operators(Protocol):
    async def upsert_operator(self, desk: DeskName, actor: Actor) -> Operator:
        """Upserts the operator: updates names and where they belong, keeps what the desk cannot tell now. An actor who
        has `LEFT` gives the operator as they were while they were there."""
        ...

    async def get(self, operator: OperatorId) -> Operator | None:
        """The operator; None: there is none with that id."""
        ...

    async def of_user(self, desk: DeskName, user: str) -> Operator | None:
        """Operator by the desk's id."""
        ...

    async def called(self, desk: DeskName, name: str) -> Sequence[Operator]:
        """Operators whom a written name may mean: by the desk's id; failing that, by user name (without @, any case);
        failing that, by display name. The last two may fit several: user names are freed and reused."""
        ...

    async def of_desk(self, desk: DeskName) -> Sequence[Operator]:
        """All known operators of a desk, by display name."""
        ...

    async def former(self) -> Sequence[Operator]:
        """Operators of all desks who were members or guests and are no longer there, by id."""
        ...

    async def transcripts(self, operator: OperatorId) -> Transcripts:
        """The operator's preferred view; `SPLIT` until they choose."""
        ...

    async def set_transcripts(self, operator: OperatorId, how: Transcripts) -> None:
        """Stores the operator's preferred view."""
        ...

    async def roles(self) -> Mapping[RoleName, tuple[str, ...]]:
        """Roles with their members, written like subjects of grants (`bot.domain.access`)."""
        ...

    async def lock_roles(self) -> Mapping[RoleName, tuple[str, ...]]:
        """Roles, locked for a change."""
        ...

    async def add_roles(self, roles: Mapping[RoleName, Sequence[str]]) -> None:
        """Creates the initial roles of hub.toml: existing ones stay as they are, and those removed from the chat do not
        come back."""
        ...

    async def set_role(self, role: RoleName, members: Sequence[str]) -> None:
        """Creates the role, or replaces its members."""
        ...

    async def remove_role(self, role: RoleName) -> None:
        """Removes the role for good: hub.toml's roles do not bring it back (`add_roles`)."""
        ...
