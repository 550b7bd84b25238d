"""Tasks and assignments: given, done, reminded of, shown. What operators can do with them is in `bot.actions`."""
