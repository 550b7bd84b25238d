"""What the hub answers and watches over by itself: greeting, out-of-hours answer, answers to keywords, a first-line
bot, and the time in which people answer. `bot.domain.account_rules` says what an account wants of it."""
