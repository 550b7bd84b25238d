"""Table of everything operators can do. To add an action, write its file and one line in this table."""

from __future__ import annotations

from bot.actions.accept import Accept
from bot.actions.base import AnyAction
from bot.actions.block import Block, Unblock
from bot.actions.choose import Choose, Chosen
from bot.actions.close import Close
from bot.actions.coexecutors import Add, AddNamed, Remove
from bot.actions.contact import ContactCard
from bot.actions.crm_again import TellCrmAgain
from bot.actions.fetch import Fetch
from bot.actions.files import ShowFiles
from bot.actions.forward import Forward, Read, RedirectOn
from bot.actions.held import (
    ItArrived,
    JoinAsCoexecutor,
    KeepInternal,
    MakeNote,
    SendAgain,
    SendAndTakeOver,
    SendAsLinks,
    SendAsWritten,
    SendSo,
)
from bot.actions.held_messages import HeldMessages
from bot.actions.help import Help
from bot.actions.home import AcceptNext, HomePage
from bot.actions.interest import CreateInterest
from bot.actions.linking import Link
from bot.actions.merging import MergeContacts, Same, Unmerge
from bot.actions.no_reply import NoReply
from bot.actions.note import Note
from bot.actions.notifications import Notifications
from bot.actions.react import React
from bot.actions.redirect import Redirect
from bot.actions.rename import Rename
from bot.actions.reply import ReplyTo
from bot.actions.report import Report
from bot.actions.resend import Resend
from bot.actions.rights import GrantRights, ShowRights, TakeRights
from bot.actions.roles import ChangeRole, DeleteRole, Role, RoleChanges
from bot.actions.search import Search
from bot.actions.sections import All, ClosedOnes, InProgress, Mine, New
from bot.actions.settings import Changes, ChangeSettings, OtherAccount, ShowSettings
from bot.actions.site import Site
from bot.actions.star import Important, Star
from bot.actions.task import Assign, NewTask
from bot.actions.task_buttons import TaskChange, TaskDone, TaskDue, TaskLater, TaskReopen
from bot.actions.task_list import TaskList
from bot.actions.template import SendTemplate
from bot.actions.transcripts import ChangeView, History, OpenDialog
from bot.actions.undo_redirect import UndoRedirect
from bot.actions.unshown import ReadUnshown, ShowAgain
from bot.hub.offers import Offers

_TABLE: tuple[AnyAction, ...] = (
    Accept(),
    Close(),
    NoReply(),
    HeldMessages(),
    CreateInterest(),
    Read(),
    Redirect(),
    Link(),
    Add(),
    Remove(),
    Star(),
    Choose(),
    Chosen(),
    Important(),
    Rename(),
    Note(),
    ReplyTo(),
    Forward(),
    NewTask(),
    Assign(),
    TaskList(),
    MergeContacts(),
    Unmerge(),
    SendTemplate(),
    Block(),
    Unblock(),
    Search(),
    ShowFiles(),
    History(),
    OpenDialog(),
    ContactCard(),
    Site(),
    Fetch(),
    Resend(),
    HomePage(),
    AcceptNext(),
    New(),
    InProgress(),
    Mine(),
    All(),
    ClosedOnes(),
    ChangeView(),
    Notifications(),
    Report(),
    ShowSettings(),
    Role(),
    Help(),
)
_BUTTONS_ONLY: tuple[AnyAction, ...] = (
    SendAndTakeOver(),
    JoinAsCoexecutor(),
    SendAsWritten(),
    SendSo(),
    KeepInternal(),
    MakeNote(),
    SendAgain(),
    SendAsLinks(),
    ItArrived(),
    ReadUnshown(),
    ShowAgain(),
    TellCrmAgain(),
    Same(),
    React(),
    OtherAccount(),
    ChangeSettings(),
    Changes(),
    ShowRights(),
    GrantRights(),
    TakeRights(),
    ChangeRole(),
    DeleteRole(),
    RoleChanges(),
    RedirectOn(),
    UndoRedirect(),
    AddNamed(),
    TaskDone(),
    TaskLater(),
    TaskReopen(),
    TaskChange(),
    TaskDue(),
)

ACTIONS: dict[str, AnyAction] = {action.word: action for action in _TABLE}
"""Actions available as commands."""

PRESSED: dict[str, AnyAction] = ACTIONS | {action.word: action for action in _BUTTONS_ONLY}
"""Actions available as buttons."""

REACTIONS: dict[str, AnyAction] = {emoji: action for action in _TABLE for emoji in action.reactions}
"""Actions by the emoji that trigger them as reactions to a message."""

CARD_REACTIONS: dict[str, AnyAction] = {emoji: action for action in _TABLE for emoji in action.card_reactions}
"""Actions by the emoji that trigger them as reactions to a card."""

OFFERS = Offers(ACTIONS, PRESSED)
"""Both tables as handed to the hub, which shows them."""
