"""Looking things up over all dialogs: what was said, by whom, with which files. What operators are shown of it is
worded by the actions; the hub's own desk reads the same values through `bot.ports.Board`."""
