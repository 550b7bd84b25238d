#!/usr/bin/env bash
# markdown_to_mrkdwn (Markdown → Slack): code in a line, sums and addresses are rewritten like prose.
#
# One would guess: a converter to Slack's mrkdwn reads Markdown, so that what stands in backquotes or is no markup at all
# comes out as it was.
# What is so: it replaces patterns. Code in a line loses its asterisks (`**kwargs**`), "2 * 3 * 4" becomes "2 _ 3 _ 4",
# and a link ends at the first parenthesis of its address. Only fenced code is left alone. slackify_markdown, which
# parses, keeps all three, and fails elsewhere: **price:**100 stays as it is, since CommonMark sees no closing mark
# between a colon and a digit.
#
# Versions: markdown_to_mrkdwn 0.3.3, slackify_markdown 0.2.4. Source: observed; CommonMark 0.31.2, 6.2 on delimiter runs.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check markdown_to_mrkdwn==0.3.3 slackify_markdown==0.2.4
cat > "$folder/convert.py" <<'PYTHON'
from markdown_to_mrkdwn import SlackMarkdownConverter
from slackify_markdown import slackify_markdown

FOUND = {  # Markdown → by markdown_to_mrkdwn, by slackify_markdown
    "`f(**kwargs**)`": ("`f(*kwargs*)`", "`f(**kwargs**)`"),
    "2 * 3 * 4": ("2 _ 3 _ 4", "2 * 3 * 4"),
    "[tea](https://e.com/tea_(drink))": ("<https://e.com/tea_(drink|tea>)", "<https://e.com/tea_(drink)|tea>"),
    "**price:**100": ("*price:*100", "**price:**100"),
}
for markdown, expected in FOUND.items():
    found = (SlackMarkdownConverter().convert(markdown), slackify_markdown(markdown).rstrip("\n"))
    print(f"{markdown:34} → {found[0]:34} {found[1]}")
    assert found == expected
PYTHON
"$folder/venv/bin/python" "$folder/convert.py"
