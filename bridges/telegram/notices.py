"""Service messages: what happened in a chat, as a line of words. Those that say nothing are silent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from bot.locale import N_, lasting
from bridges.shared.fields import Fields
from bridges.telegram.facts import checklist
from bridges.telegram.people import full_name, named
from bridges.telegram.reading import Reading, listed, money

Writer = Callable[[Fields, Reading], str]
LONGEST = 100 * 365 * 24 * 3600
"""Seconds; no timer is longer."""


def write(message: Fields, reading: Reading) -> str:
    """Says what a service message says; "" for nothing."""
    return next((writer(message, reading) for key, writer in WRITERS.items() if key in message), "")


def _name_in(key: str, path: str, words: str) -> Writer:
    """Words about a name that the message holds at `key` or, with a path, inside the object there."""

    def write_name(message: Fields, reading: Reading) -> str:
        holder, last = message, key
        for step in filter(None, path.split(".")):
            holder, last = holder.object(last), step
        name = holder.text(last)
        return reading.say(words, name=name) if name else ""

    return write_name


def _person_in(key: str, inner: str, words: str) -> Writer:
    """Words about a person: the object `inner` of an object of the message, or, for "", this object itself."""

    def write_person(message: Fields, reading: Reading) -> str:
        holder = message.object(key)
        name = named(holder.object(inner) if inner else holder)
        return reading.say(words, name=name) if name else ""

    return write_person


def _number_in(key: str, inner: str, words: str) -> Writer:
    return lambda message, reading: (
        reading.say(words, count=count) if (count := message.object(key).number(inner)) is not None else ""
    )


def _joined(message: Fields, reading: Reading) -> str:
    names = listed(map(named, message.objects("new_chat_members")))
    return reading.say(N_("Joined the chat: {name}"), name=names) if names else ""


def _pinned(message: Fields, reading: Reading) -> str:
    pinned = message.object("pinned_message")
    words = pinned.text("text") or pinned.text("caption")
    return reading.say(N_("Pinned message: “{words}”"), words=words) if words else ""


def _tasks_done(message: Fields, reading: Reading) -> str:
    """Names the ticked and unticked tasks by the checklist, which may be gone by now."""
    change = message.object("checklist_tasks_done")
    tasks = change.object("checklist_message").object("checklist").objects("tasks")
    known = {task.number("id"): task.text("text") for task in tasks}
    marks = (("☑", "marked_as_done_task_ids"), ("☐", "marked_as_not_done_task_ids"))
    numbers = [(mark, one) for mark, key in marks for one in change.numbers(key)]
    changed = listed(f"{mark} {known.get(one) or f'#{one}'}" for mark, one in numbers)
    return reading.say(N_("Checklist: {words}"), words=changed) if changed else ""


def _tasks_added(message: Fields, reading: Reading) -> str:
    words = checklist(message.object("checklist_tasks_added")).characters.strip()
    return reading.say(N_("Added to the checklist: {words}"), words=words) if words else ""


def _near(message: Fields, reading: Reading) -> str:
    alert = message.object("proximity_alert_triggered")
    names = {"traveler": full_name(alert.object("traveler")), "watcher": full_name(alert.object("watcher"))}
    return reading.say(N_("📍 {traveler} is {count} m from {watcher}"), count=alert.number("distance") or 0, **names)


def _vanishing(message: Fields, reading: Reading) -> str:
    seconds = message.object("message_auto_delete_timer_changed").size("message_auto_delete_time")
    if not seconds:
        return reading.say(N_("Messages in this chat are no longer deleted automatically"))
    span = lasting(timedelta(seconds=min(seconds, LONGEST)), reading.locale)
    return reading.say(N_("Messages in this chat are deleted automatically after {time}"), time=span)


def _post(key: str, words: str) -> Writer:
    """Words about a suggested post: its price, the comment, and the post itself."""

    def write_post(message: Fields, reading: Reading) -> str:
        change = message.object(key)
        post = change.object("suggested_post_message")
        price = money(change.object("price")) or money(change)
        stars = change.object("star_amount").number("amount")
        said = post.text("text") or post.text("caption")
        parts = (price or (f"⭐ {stars}" if stars else ""), change.text("comment"), f"“{said}”" if said else "")
        return " · ".join(filter(None, (reading.say(words), *parts)))

    return write_post


WRITERS: Mapping[str, Writer] = {
    "new_chat_members": _joined,
    "left_chat_member": _person_in("left_chat_member", "", N_("Left the chat: {name}")),
    "chat_owner_left": _person_in("chat_owner_left", "new_owner", N_("Owner of the chat: {name}")),
    "chat_owner_changed": _person_in("chat_owner_changed", "new_owner", N_("Owner of the chat: {name}")),
    "new_chat_title": _name_in("new_chat_title", "", N_("The chat is now called “{name}”")),
    "message_auto_delete_timer_changed": _vanishing,
    "pinned_message": _pinned,
    "connected_website": _name_in("connected_website", "", N_("Signed in to the site {name}")),
    "write_access_allowed": _name_in("write_access_allowed", "web_app_name", N_("Opened the mini app “{name}”")),
    "proximity_alert_triggered": _near,
    "boost_added": _number_in("boost_added", "boost_count", N_("Boosts added to the chat: {count}")),
    "checklist_tasks_done": _tasks_done,
    "checklist_tasks_added": _tasks_added,
    "direct_message_price_changed": _number_in(
        "direct_message_price_changed", "direct_message_star_count", N_("A direct message now costs ⭐ {count}")
    ),
    "paid_message_price_changed": _number_in(
        "paid_message_price_changed", "paid_message_star_count", N_("A message now costs ⭐ {count}")
    ),
    "forum_topic_created": _name_in("forum_topic_created", "name", N_("Topic created: “{name}”")),
    "forum_topic_edited": _name_in("forum_topic_edited", "name", N_("The topic is now called “{name}”")),
    "forum_topic_closed": lambda _, reading: reading.say(N_("The topic was closed")),
    "forum_topic_reopened": lambda _, reading: reading.say(N_("The topic was reopened")),
    "giveaway_created": _number_in("giveaway_created", "prize_star_count", N_("Giveaway created: ⭐ {count}")),
    "giveaway_completed": _number_in("giveaway_completed", "winner_count", N_("Giveaway completed, winners: {count}")),
    "managed_bot_created": _person_in("managed_bot_created", "bot", N_("Bot created: {name}")),
    "poll_option_added": _name_in("poll_option_added", "option_text", N_("Poll option added: “{name}”")),
    "poll_option_deleted": _name_in("poll_option_deleted", "option_text", N_("Poll option deleted: “{name}”")),
    "suggested_post_approved": _post("suggested_post_approved", N_("Suggested post approved")),
    "suggested_post_approval_failed": _post(
        "suggested_post_approval_failed", N_("Suggested post not approved: not enough funds")
    ),
    "suggested_post_declined": _post("suggested_post_declined", N_("Suggested post declined")),
    "suggested_post_paid": _post("suggested_post_paid", N_("Suggested post paid")),
    "suggested_post_refunded": _post("suggested_post_refunded", N_("Suggested post refunded")),
    "community_chat_added": _name_in("community_chat_added", "community.name", N_("Added to the community “{name}”")),
    "community_chat_joined": _name_in(
        "community_chat_joined", "community.name", N_("Joined from the community “{name}”")
    ),
}
