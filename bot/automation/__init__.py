"""Automation: greeting, out-of-hours reply, keyword replies, first-line bot, reply deadlines.
`bot.domain.account_rules` holds an account's settings for it."""
