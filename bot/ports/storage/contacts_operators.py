"""Customers and operators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Identity:
    """A contact on one account. `open`: their open dialog there. `dialogs`: how many they ever had there
    or elsewhere. `new`: nobody knew them before this transaction. `blocked`: they blocked us; `barred`: we them."""

    account: AccountName
    chat: ChatId
    contact: Contact
    username: str
    blocked: bool
    open: Dialog | None
    dialogs: int = 0
    new: bool = False
    barred: bool = False


@dataclass(frozen=True, slots=True)
class Keys:
    """By what a person is recognized: the phone number as E.164, the e-mail address folded, "" none. `…_proven`: the
    channel vouched that it is theirs."""

    phone: str = ""
    email: str = ""
    phone_proven: bool = False
    email_proven: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A contact with the keys it has. `account`: one that it is known on; None: merged into another."""

    contact: Contact
    keys: Keys
    account: AccountName | None


class Transcripts(StrEnum):
    """How somebody reads what was said in several dialogs with one contact."""

    SPLIT = "split"  # dialog by dialog
    SINGLE = "single"  # as one


class Contacts(Protocol):
    async def lock_identity(self, account: AccountName, chat: ChatId, profile: Profile) -> tuple[Identity, bool]:
        """Finds or makes the identity (and a contact for it), keeps it locked, takes over what the profile tells: never
        erases, and what this chat has told before is no news, for operators or another chat of the contact may have
        said better meanwhile. The second value: name, phone, e-mail or picture have changed, or the channel vouches
        for the first time for a phone or e-mail that was known already."""
        ...

    async def get(self, contact: ContactId) -> Contact:
        """Of one who was merged into another: that other."""
        ...

    async def itself(self, contact: ContactId) -> Contact:
        """As it was when it was merged into another."""
        ...

    async def save(self, contact: Contact) -> None:
        """Writes name, phone, e-mail, picture and kind. Whoever changes phone or e-mail sets the keys, too."""
        ...

    async def keys(self, contact: ContactId) -> Keys:
        """The contact's keys; empty ones for a contact that does not exist."""
        ...

    async def set_keys(self, contact: ContactId, keys: Keys) -> None:
        """Replaces the contact's keys."""
        ...

    async def after(self, contact: ContactId, limit: int) -> Sequence[Known]:
        """Those with higher numbers, in that order."""
        ...

    async def set_first_keys(self, contact: Contact, keys: Keys) -> None:
        """For one who has none: nothing happens when somebody else has set them, or phone or e-mail have changed."""
        ...

    async def alike(self, contact: ContactId, keys: Keys) -> Sequence[tuple[Contact, Keys]]:
        """Other contacts with the same phone or e-mail, the oldest first, and the keys that say so. Who was merged
        into another stands for that other."""
        ...

    async def identities(self, contact: ContactId) -> Sequence[Identity]:
        """The contact's identities on all accounts, ordered by account and chat."""
        ...

    async def lock_known(self, account: AccountName, chat: ChatId) -> bool:
        """Locks the identity; False: nobody is known by that chat."""
        ...

    async def set_blocked(self, account: AccountName, chat: ChatId, blocked: bool) -> None:
        """Notes, on the identity and its open dialogs, that the customer blocked us (or no longer does)."""
        ...

    async def set_barred(self, account: AccountName, chat: ChatId, barred: bool) -> None:
        """Of the identity, and of all its dialogs."""
        ...

    async def move(self, account: AccountName, chat: ChatId, to: ChatId, *, same_ids: bool) -> None:
        """Gives the identity and its dialogs another chat id; joins the two where both are known. `same_ids`: messages
        are known by the same ids there."""
        ...


class Operators(Protocol):
    async def know(self, desk: DeskName, actor: Actor) -> Operator:
        """Finds or makes the operator; takes over changed names and where they belong, and keeps what the desk cannot
        tell now. Of an actor who has `LEFT` the operator is given as they were while they were there."""
        ...

    async def get(self, operator: OperatorId) -> Operator | None:
        """The operator; None: there is none with that id."""
        ...

    async def of_user(self, desk: DeskName, user: str) -> Operator | None:
        """By the desk's id."""
        ...

    async def called(self, desk: DeskName, name: str) -> Sequence[Operator]:
        """Whom a written name may mean: who has it as the desk's id; if nobody, as user name (without @, any case); if
        nobody, as shown name. The last two may be several people's: user names are freed and taken over."""
        ...

    async def of_desk(self, desk: DeskName) -> Sequence[Operator]:
        """All operators known in a desk, by shown name."""
        ...

    async def transcripts(self, operator: OperatorId) -> Transcripts:
        """How the operator reads; `SPLIT` until they have chosen."""
        ...

    async def set_transcripts(self, operator: OperatorId, how: Transcripts) -> None:
        """Stores how the operator reads."""
        ...

    async def roles(self) -> Mapping[RoleName, tuple[str, ...]]:
        """Roles with their members: as subjects of grants are, see `bot.domain.access`."""
        ...

    async def lock_roles(self) -> Mapping[RoleName, tuple[str, ...]]:
        """The same, for changing them."""
        ...

    async def add_roles(self, roles: Mapping[RoleName, Sequence[str]]) -> None:
        """hub.toml's roles, to begin with: one that exists already is left as it is, and one that was taken away
        from the chat does not come back."""
        ...

    async def set_role(self, role: RoleName, members: Sequence[str]) -> None:
        """Makes it, or gives it other members."""
        ...

    async def remove_role(self, role: RoleName) -> None:
        """Removes the role for good: hub.toml's roles do not bring it back (`add_roles`)."""
        ...
