#!/usr/bin/env bash
# dateparser, Russian: an hour without minutes is taken for a day, a duration, or for nothing; never for an hour.
#
# One would guess, with PREFER_DATES_FROM=future and a Monday noon as base: «завтра в 15» (tomorrow at 15) is tomorrow,
# 15:00; «в пятницу в 10» (on Friday at 10) is Friday, 10:00; «в 15 часов» (at 15 o'clock) is today, 15:00; and where
# that cannot be read, None.
# What is so: no error and no None, but other times. «завтра в 15» keeps the hour of the base; «в пятницу в 10» drops
# Friday, takes 10 for a day of the month and lands in the past; «в 15 часов» is 15 hours from now; «1.12» is a time of
# day in a month that is nearly over, while «25.12» is a date. With minutes («завтра в 15:00») all is well. So a due time
# that dateparser reads from Russian words should be shown to the person before it counts.
#
# Version: dateparser 1.5.0. Source: observed; the languages' data are in dateparser/data/date_translation_data/ru.py.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check dateparser==1.5.0
cat > "$folder/hours.py" <<'PYTHON'
import datetime
import warnings

import dateparser

warnings.simplefilter("ignore")
NOW = datetime.datetime(2026, 11, 30, 12, 0)  # a Monday
SETTINGS = {"RELATIVE_BASE": NOW, "PREFER_DATES_FROM": "future", "DATE_ORDER": "DMY"}
FOUND = {
    "завтра в 15:00": "2026-12-01 15:00",
    "завтра в 15": "2026-12-01 12:00",
    "в пятницу в 10": "2026-11-10 00:00",
    "в 15 часов": "2026-12-01 03:00",
    "25.12": "2026-12-25 00:00",
    "1.12": "2026-11-01 01:12",
}
for words, expected in FOUND.items():
    found = dateparser.parse(words, languages=["ru"], settings=SETTINGS)
    said = found.strftime("%Y-%m-%d %H:%M") if found else "None"
    print(f"{words:18} {said}")
    assert said == expected, words
PYTHON
"$folder/venv/bin/python" "$folder/hours.py"
