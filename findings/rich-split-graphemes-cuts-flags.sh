#!/usr/bin/env bash
# Rich's split_graphemes: a flag is two of its graphemes, and any two letters with a joiner between them are one.
#
# One would guess: a function that "divides text into spans that define a single grapheme" finds the characters that
# Unicode's UAX #29 calls grapheme clusters, so that a text may be cut between any two spans.
# What is so: it measures widths. Whatever takes up cells of a terminal begins a span, whatever takes up none belongs to
# the span before it, and a zero-width joiner takes in the next character, whichever it is. A flag (two regional
# indicators) and a Hindi conjunct fall apart, and "a", joiner, "b" are never parted. Families, skin tones and accents
# come out right. regex's \X follows UAX #29.
#
# Versions: rich 15.0.0, regex 2026.11.19. Source: observed; UAX #29, rules GB9c, GB11, GB12 and GB13.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check rich==15.0.0 regex==2026.11.19
cat > "$folder/split.py" <<'PYTHON'
import regex
from rich.cells import split_graphemes

FOUND = {  # text → pieces by Rich, by \X
    "\U0001f1f7\U0001f1fa": (2, 1),  # a flag
    "\u0938\u094d\u0924\u0947": (2, 1),  # स्ते of नमस्ते
    "a\u200db": (1, 2),
    "\U0001f468\u200d\U0001f469\u200d\U0001f467": (1, 1),  # a family
    "\U0001f44d\U0001f3fd": (1, 1),  # a skin tone
    "e\u0301": (1, 1),
}
for text, expected in FOUND.items():
    found = len(split_graphemes(text)[0]), len(regex.findall(r"\X", text))
    print(f"{ascii(text):48} Rich: {found[0]}   \\X: {found[1]}")
    assert found == expected
PYTHON
"$folder/venv/bin/python" "$folder/split.py"
