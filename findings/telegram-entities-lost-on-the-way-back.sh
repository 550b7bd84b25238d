#!/usr/bin/env bash
# aiogram and python-telegram-bot: rich text rendered from a message is not always what Telegram reads back.
#
# One would guess: `message.md_text` (aiogram) and `message.text_html` (python-telegram-bot) give markup that, sent again
# with the matching parse mode, makes the same message.
# What is so: in MarkdownV2 aiogram leaves the parenthesis in a link's address as it is, where the Bot API wants every
# ')' of the address escaped: the link ends too early. python-telegram-bot escapes it. In HTML both lose the language of
# a code block: the Bot API reads it from class="language-python", aiogram writes language="language-python" and
# python-telegram-bot class="python". Text with entities, not markup, is the safe way back.
#
# Versions: aiogram 3.31.0, python-telegram-bot 22.8. Source: core.telegram.org/bots/api, "Formatting options".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check aiogram==3.31.0 python-telegram-bot==22.8
cat > "$folder/back.py" <<'PYTHON'
import aiogram.types
import telegram


def rendered(text, **entity):
    raw = {
        "message_id": 1,
        "date": 1780000000,
        "chat": {"id": 1, "type": "private"},
        "text": text,
        "entities": [{"offset": 0, "length": len(text), **entity}],
    }
    one, other = aiogram.types.Message.model_validate(raw), telegram.Message.de_json(raw, None)
    return {
        "MarkdownV2": (one.md_text, other.text_markdown_v2),
        "HTML": (one.html_text, other.text_html),
    }


link = rendered("tea", type="text_link", url="https://example.com/tea_(drink)")["MarkdownV2"]
code = rendered("x = 1", type="pre", language="python")["HTML"]
print("aiogram            ", link[0], code[0])
print("python-telegram-bot", link[1], code[1])
assert link == (r"[tea](https://example.com/tea_(drink))", r"[tea](https://example.com/tea_(drink\))")
assert code == (
    '<pre><code language="language-python">x = 1</code></pre>',
    '<pre><code class="python">x = 1</code></pre>',
)
PYTHON
"$folder/venv/bin/python" "$folder/back.py"
