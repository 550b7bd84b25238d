"""Repositories: one per protocol of `bot.ports.storage`."""
