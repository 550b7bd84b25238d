"""Queries over all dialogs: messages, authors, files. The actions word the results for operators; the web desk reads
the same values through `bot.ports.WebDeskBackend`."""
