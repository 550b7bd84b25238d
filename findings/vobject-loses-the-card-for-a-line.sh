#!/usr/bin/env bash
# vobject: with ignoreUnreadable=True, a contact card is still refused whole for one line, and for its missing end.
#
# One would guess that readOne(card, ignoreUnreadable=True) skips lines that it cannot use and returns the rest. And that
# `PROFILE:vCard` is no such line: RFC 2426 (vCard 3.0, section 2.1.2) defines the property, and its value is a literal of
# ABNF, in which case does not matter; `BEGIN:vCard` is read.
# What is so: `PROFILE:VCARD` is read, `PROFILE:vCard` ends in VObjectError ("This component already has a PROFILE or uses
# BEGIN"), and nothing of the card is returned; Lotus Notes writes it. ignoreUnreadable covers the grammar of single
# lines alone, not what they do to the card. A card without its END line, as messengers cut long ones off, is refused in
# the same way. The fork that is still maintained, vobjectx 0.6.1, does both, too. So whoever reads cards of strangers
# reads them property by property.
#
# Version: vobject 0.9.9. Source: Component.setProfile and readComponents in vobject/base.py.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check vobject==0.9.9
cat > "$folder/card.py" <<'PYTHON'
import logging

import vobject

logging.disable(logging.CRITICAL)
BEGIN, PERSON, END = "BEGIN:vCard\nVERSION:3.0\n", "FN:Kim\nTEL:+1 555 0100\n", "END:vCard\n"
CARDS = {
    "plain": (BEGIN + PERSON + END, "+1 555 0100"),
    "a line without a colon": (BEGIN + "oops\n" + PERSON + END, "+1 555 0100"),
    "PROFILE:VCARD": (BEGIN + "PROFILE:VCARD\n" + PERSON + END, "+1 555 0100"),
    "PROFILE:vCard": (BEGIN + "PROFILE:vCard\n" + PERSON + END, "VObjectError"),
    "cut off": (BEGIN + PERSON, "ParseError"),
}
for name, (card, expected) in CARDS.items():
    try:
        found = vobject.readOne(card, ignoreUnreadable=True).tel.value
    except vobject.base.VObjectError as error:
        found = type(error).__name__
    print(f"{name:24} {found}")
    assert found == expected, name
PYTHON
"$folder/venv/bin/python" "$folder/card.py"
