"""Tasks and assignments: giving, completing, reminding, showing. Operators' actions on them are in `bot.actions`."""
