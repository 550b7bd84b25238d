#!/usr/bin/env bash
# mail-parser-reply and email-reply-parser: a sentence that merely begins like a signature or a header ends the letter.
#
# One would guess: signatures and quoted headers are recognized by their place and shape (at the end; several header
# lines in a row; an address), so that what a customer writes after such a sentence is kept.
# What is so: one line is enough. mail-parser-reply's `body` ends before "Best regards to Anna, she was very helpful."
# and before "Sent from my bank: 500", wherever they stand, and email-reply-parser ends before a line "From: our
# warehouse" of an order. Neither raises or marks anything. A language that mail-parser-reply does not know ("ru") is
# accepted in silence, and a Russian Outlook's quotation stays in the reply.
#
# Versions: mail-parser-reply 1.36, email-reply-parser 0.5.12. Source: observed; mailparser_reply/constants.py has the
# patterns and the 13 languages.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check mail-parser-reply==1.36 email-reply-parser==0.5.12
cat > "$folder/letters.py" <<'PYTHON'
from email_reply_parser import EmailReplyParser
from mailparser_reply import EmailReplyParser as Multilingual


def body(letter, languages):
    return Multilingual(languages=languages).read(letter).replies[0].body


REGARDS = "Hello,\nBest regards to Anna, she was very helpful.\nPlease send the invoice again.\n"
BANK = "I paid twice.\nSent from my bank: 500\nPlease refund.\n"
ORDER = "Please send\nFrom: our warehouse\nTo: my home\n"
RUSSIAN = (
    "Спасибо.\n\n-----Исходное сообщение-----\nОт: shop@example.com\nКому: anna@example.com\nТема: Заказ\n\nОтправлен.\n"
)
for letter, expected in ((REGARDS, "Hello,"), (BANK, "I paid twice.")):
    found = body(letter, ["en"])
    print(f"mail-parser-reply  {letter!r}\n                → {found!r}")
    assert found == expected
found = EmailReplyParser.parse_reply(ORDER)
print(f"email-reply-parser {ORDER!r}\n                → {found!r}")
assert found == "Please send"
found = body(RUSSIAN, ["ru"])
print(f"mail-parser-reply, languages=['ru'] {RUSSIAN!r}\n                → {found!r}")
assert found == RUSSIAN.strip()
PYTHON
"$folder/venv/bin/python" "$folder/letters.py"
