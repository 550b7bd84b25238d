"""Upgrades with data: hubs of earlier commits, stored as they were in the middle of a working day.

`hub_4ee444d` is one of them, killed while messages were under way:

- `hub.toml` as its people wrote it: three desks (Slack `main`, Mattermost `office`, web `web`), two Telegram bots and a
  site's chat, administrators and members of roles by bare names;
- `sqlite.sql`, `postgres.sql`: its database, from the same story on each;
- `sqlite.json`, `postgres.json`: everything outside of it. `platforms`: posts and windows of both team chats and the
  customers' chats; `visitors`, `upload`, `file_link`, `session`, `forms`, `card`: tokens that browsers had; `shown`:
  results of sections and searches; `files`; `at`: when it was killed.

`make.py` played the story with the code of that commit; read it for the contents. It is never run again, and nothing
in the folder is ever changed: what has shipped is a fact.

Tests use the fixture `old`, which runs them for both databases, and a hub of today on it:

    async def test_…(old: Old) -> None:
        async with old.upgraded() as hub:               # today's hub, two minutes later
            await hub.office.operators.presses("anna", …)  # hubs as in tests/scenarios: `slack`, `office`, `web`
            hub.market.customer(2001).reads             # platforms: `fake_slack`, `mm`, `shop`, `market`
            hub.kept["session"], hub.url                # tokens, and where to send them

`old.edit("…", "…")` changes hub.toml before that; `old.query(sql)` reads the database, before or after. A change
that touches old data gets its test here. A later commit whose data differ gets a folder of its own.
"""
