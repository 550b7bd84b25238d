"""Stories of the demo: the texts of simulated customers and operators. All people are fictitious."""

from __future__ import annotations

from enum import Enum

from bot.domain.value import value
from bot.locale import N_


class Who(Enum):
    CUSTOMER = "customer"
    OPERATOR = "operator"
    COMMAND = "command"  # an operator's `/dialog …`
    YOU = "you"  # the customer waits for a reply from the person trying the demo


@value
class Turn:
    """One step of a story. `words`: message id of the text, or of a command's input; `verb`: the command; `pause`:
    seconds before the step."""

    who: Who
    words: str = ""
    pause: float = 4
    verb: str = ""


@value
class Story:
    """One customer's conversation on one account of the demo."""

    account: str
    name: str
    phone: str
    turns: tuple[Turn, ...]
    email: str = ""


def _customer(words: str, pause: float = 4) -> Turn:
    return Turn(Who.CUSTOMER, words, pause)


def _operator(words: str, pause: float = 6) -> Turn:
    return Turn(Who.OPERATOR, words, pause)


def _command(verb: str, words: str = "", pause: float = 4) -> Turn:
    return Turn(Who.COMMAND, words, pause, verb)


YOU = Turn(Who.YOU)
BOUGHT, ANSWERED, NO_ANSWER, SPAM = N_("Purchased"), N_("Question answered"), N_("No reply from customer"), N_("Spam")
REASONS = (BOUGHT, ANSWERED, NO_ANSWER, SPAM)

STORIES = (
    Story(
        "shop",
        N_("Olga Smirnova"),
        "+7 900 000-00-01",
        (
            _customer(N_("Good afternoon! Do you have the oak desk, 140 cm wide?"), 1),
            _customer(N_("And can it be delivered on Saturday?"), 3),
            YOU,
            _customer(N_("Wonderful, thank you! And how much is the delivery?"), 6),
            YOU,
            _customer(N_("I'll take it 👍"), 5),
        ),
    ),
    Story(
        "app",
        N_("Mark Weber"),
        "+49 30 0000001",
        (
            _customer(N_("Hello, my order 5821 shows as delivered, but nothing has arrived."), 2),
            _command("accept"),
            _operator(N_("Hello Mark, sorry about that! Let me check with the courier, one minute please."), 5),
            _customer(N_("Of course, I am at home all day."), 6),
            _operator(N_("The parcel is with your neighbour in flat *12*: the courier says nobody opened."), 9),
            _customer(N_("Found it! Thanks for the quick help."), 8),
            _command("close", ANSWERED, 6),
        ),
    ),
    Story(
        "shop",
        N_("Dmitry"),
        "",
        (
            _customer(N_("hi"), 3),
            _customer(N_("is the blue one in stock??"), 2),
            YOU,
            _customer(N_("the lamp, it is on the first page of your catalogue"), 6),
        ),
        "dmitry@example.com",
    ),
    Story(
        "app",
        N_("Anna-Maria Rossi"),
        "+39 06 0000001",
        (
            _customer(N_("Could you resend the invoice for May?"), 3),
            _command("accept"),
            _operator(N_("Certainly. Which address should I use?"), 4),
            _customer(N_("The same as before, please."), 6),
        ),
        "rossi@example.com",
    ),
    Story(
        "shop",
        N_("Ivan Petrov"),
        "+7 900 000-00-02",
        (
            _customer(N_("The chair came with three legs. I ordered four 🙂"), 3),
            YOU,
            _customer(N_("A photo? It is hard to photograph something that is missing…"), 6),
            YOU,
            _customer(N_("Thank you, I'll wait for the fourth one."), 5),
        ),
    ),
    Story(
        "app",
        N_("Night owl"),
        "",
        (
            _customer(N_("Are you open on holidays?"), 3),
            _command("accept"),
            _operator(N_("We are, from 10 to 16. Can I help you with anything else?"), 4),
            _command("close", ANSWERED, 40),
        ),
    ),
)
