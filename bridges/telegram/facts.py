"""Messages that are neither text nor a file: payments, gifts, stories, giveaways, shared people and chats. All their
words are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bot.domain import Attachment, Choice, Poll, SharedContact, Unshowable
from bot.domain.text import Text, line, link
from bot.locale import N_
from bridges.shared.fields import Fields, clean, dumped, parse
from bridges.telegram import format as formatting
from bridges.telegram import media
from bridges.telegram.people import full_name, named
from bridges.telegram.reading import Found, Reading, joined, lines, listed, money

Reader = Callable[[Fields, Reading], Found]
GIFT = N_("🎁 Gift")


def _dice(message: Fields, _: Reading) -> Found:
    dice = message.object("dice")
    return Text.plain(f"{dice.text('emoji') or '🎲'} {dice.number('value') or ''}".strip()), ()


def _checklist(message: Fields, _: Reading) -> Found:
    return checklist(message.object("checklist")), ()


def checklist(given: Fields) -> Text:
    """Writes a checklist out; a task with a `completion_date` of 0 is not done."""
    text = formatting.read(given.text("title"), given.objects("title_entities"))
    for task in given.objects("tasks"):
        mark = "☑" if task.size("completion_date") else "☐"
        text += line(f"\n{mark} ", formatting.read(task.text("text"), task.objects("text_entities")))
    return text


def _poll(message: Fields, reading: Reading) -> Found:
    """Reads a poll with its description, the explanation of a quiz, and its pictures."""
    poll = message.object("poll")
    options = poll.objects("options")
    said = (("description", "description_entities"), ("explanation", "explanation_entities"))
    words = joined(formatting.read(poll.text(key), poll.objects(looks)) for key, looks in said)
    files = [file for one in (poll, *options) for file in media.found(one.object("media"), reading.origin)]
    return words, (Poll(poll.text("question"), tuple(option.text("text") for option in options)), *files)


def _game(message: Fields, reading: Reading) -> Found:
    game = message.object("game")
    words = formatting.read(game.text("text"), game.objects("text_entities"))
    title = lines(f"🎮 {game.label('title')}".strip(), game.text("description"))
    return line(title, "\n", words) if words else title, media.found(game, reading.origin)


def _invoice(message: Fields, reading: Reading) -> Found:
    invoice = message.object("invoice")
    title = reading.say(N_("🧾 Invoice: {title}"), title=invoice.label("title"))
    return lines(title, invoice.text("description"), money(invoice)), ()


def _paid(message: Fields, reading: Reading) -> Found:
    payment = message.object("successful_payment")
    until = reading.date(payment.moment("subscription_expiration_date"))
    return lines(
        reading.say(N_("💳 Paid: {amount}"), amount=money(payment)),
        payment.text("invoice_payload"),
        *_order(payment.object("order_info")),
        reading.say(N_("Subscription until {date}"), date=until) if until else "",
        *_charge(payment, reading),
    ), ()


def _order(order: Fields) -> tuple[str, ...]:
    address = order.object("shipping_address")
    keys = ("street_line1", "street_line2", "city", "state", "post_code", "country_code")
    return order.text("name"), order.text("phone_number"), order.text("email"), listed(map(address.text, keys))


def _charge(payment: Fields, reading: Reading) -> tuple[str, ...]:
    number = payment.text("telegram_payment_charge_id")
    return (reading.say(N_("Payment ID: {number}"), number=number),) if number else ()


def _refunded(message: Fields, reading: Reading) -> Found:
    payment = message.object("refunded_payment")
    words = reading.say(N_("↩️ Refunded: {amount}"), amount=money(payment))
    return lines(words, payment.text("invoice_payload"), *_charge(payment, reading)), ()


def _paid_media(message: Fields, reading: Reading) -> Found:
    info = message.object("paid_media")
    files = [media.found(one, reading.origin) for one in info.objects("paid_media")]
    shown: tuple[Attachment, ...] = tuple(one for found in files for one in found)
    if not all(files) or not files:  # a preview: the file itself comes after the payment
        shown += (Unshowable("paid media"),)
    return lines(f"⭐ {info.number('star_count')}" if info.number("star_count") else ""), shown


def _gift(key: str) -> Reader:
    def read_gift(message: Fields, reading: Reading) -> Found:
        info = message.object(key)
        gift = info.object("gift")
        price = f"⭐ {gift.number('star_count')}" if gift.number("star_count") else ""
        words = formatting.read(info.text("text"), info.objects("entities"))
        title = Text.plain(f"{reading.say(GIFT)} {price}".strip())
        return line(title, "\n", words) if words else title, media.found(gift, reading.origin)

    return read_gift


def _unique_gift(message: Fields, reading: Reading) -> Found:
    info = message.object("unique_gift")
    gift = info.object("gift")
    parts = listed(gift.object(key).label("name") for key in ("model", "symbol", "backdrop"))
    name = listed((gift.label("base_name"), f"#{gift.number('number')}" if gift.number("number") else ""))
    title = lines(f"{reading.say(GIFT)} {name}".strip(), parts)
    words = formatting.read(info.text("text"), info.objects("entities"))
    return line(title, "\n", words) if words else title, media.found(gift.object("model"), reading.origin)


def _story(message: Fields, reading: Reading) -> Found:
    return story(message.object("story"), reading), ()


def story(given: Fields, reading: Reading) -> Text:
    """Names a story, which bots cannot see, and links to it where it has an address."""
    chat, number = given.object("chat"), given.number("id")
    words = reading.say(N_("📖 Story of {name}"), name=named(chat)) if named(chat) else reading.say(N_("📖 Story"))
    username = chat.text("username")
    return line(link(words, f"https://t.me/{username}/s/{number}" if username and number else ""))


def _giveaway(message: Fields, reading: Reading) -> Found:
    giveaway = message.object("giveaway")
    until = reading.date(giveaway.moment("winners_selection_date"))
    return lines(
        reading.say(N_("🎉 Giveaway: {names}"), names=listed(map(named, giveaway.objects("chats")))),
        *_prizes(giveaway, reading),
        reading.say(N_("Winners are chosen on {date}"), date=until) if until else "",
    ), ()


def _winners(message: Fields, reading: Reading) -> Found:
    giveaway = message.object("giveaway_winners")
    return lines(
        reading.say(N_("🎉 Giveaway completed: {names}"), names=named(giveaway.object("chat"))),
        listed(map(named, giveaway.objects("winners"))),
        *_prizes(giveaway, reading),
    ), ()


def _prizes(giveaway: Fields, reading: Reading) -> tuple[str, ...]:
    winners, stars = giveaway.number("winner_count"), giveaway.number("prize_star_count")
    months = giveaway.number("premium_subscription_month_count")
    return (
        giveaway.text("prize_description"),
        f"⭐ {stars}" if stars else "",
        reading.say(N_("Telegram Premium, months: {count}"), count=months) if months else "",
        reading.say(N_("Winners: {count}"), count=winners) if winners else "",
    )


def _users(message: Fields, reading: Reading) -> Found:
    """Reads people whom the customer chose; bots of the past asked for one, and got a number alone."""
    shared = message.object("users_shared") or message.object("user_shared")
    numbers = shared.raw.get("user_ids")
    old = [{"user_id": one} for one in (numbers if isinstance(numbers, list) else [shared.raw.get("user_id")])]
    people = shared.objects("users") or Fields({"users": old}).objects("users")
    cards = tuple(SharedContact(_person(one, reading)) for one in people)
    return Text(), (*cards, *(file for one in people for file in media.found(one, reading.origin)))


def _person(person: Fields, reading: Reading) -> str:
    username, number = person.text("username"), person.number("user_id")
    name = f"{full_name(person)} {f'@{username}' if username else ''}".strip()
    return name or reading.say(N_("Telegram user {number}"), number=number or "?")


def _chat(message: Fields, reading: Reading) -> Found:
    chat = message.object("chat_shared")
    username = chat.text("username")
    name = named(chat) or str(chat.number("chat_id") or "")
    words = reading.say(N_("💬 Chat: {name}"), name=name)
    return line(link(words, f"https://t.me/{username}" if username else "")), media.found(chat, reading.origin)


def _web_app(message: Fields, _: Reading) -> Found:
    answer = message.object("web_app_data")
    data = answer.text("data")
    return lines(*spelled(parse(data.encode()))), (Choice(answer.text("button_text"), data),)


def spelled(data: object, name: str = "", depth: int = 8) -> Iterator[str]:
    """Writes out what a mini app sent: text as it is, JSON as a line for each value."""
    if isinstance(data, dict) and depth:
        for key, inner in data.items():
            yield from spelled(inner, f"{name} · {key}" if name else str(key), depth - 1)
    elif isinstance(data, list) and depth:
        for inner in data:
            yield from spelled(inner, name, depth - 1)
    elif data is not None and data != "":
        words = clean(data if isinstance(data, str) else dumped(data))
        yield f"{clean(name)}: {words}" if name else words


READERS: Mapping[str, Reader] = {
    "dice": _dice,
    "checklist": _checklist,
    "poll": _poll,
    "game": _game,
    "invoice": _invoice,
    "successful_payment": _paid,
    "refunded_payment": _refunded,
    "paid_media": _paid_media,
    "gift": _gift("gift"),
    "gift_upgrade_sent": _gift("gift_upgrade_sent"),
    "unique_gift": _unique_gift,
    "story": _story,
    "giveaway": _giveaway,
    "giveaway_winners": _winners,
    "users_shared": _users,
    "user_shared": _users,
    "chat_shared": _chat,
    "web_app_data": _web_app,
    "passport_data": lambda *_: (Text(), (Unshowable("passport"),)),
}
