"""Why the hub cannot work with a database."""

from __future__ import annotations


class Unusable(Exception):
    """`what` is wrong, `advice` what to do: message ids of `bot.locale`, to be worded by whoever shows them; `values`
    fill `what`."""

    def __init__(self, what: str, advice: str, **values: str) -> None:
        super().__init__(what.format(**values))
        self.what, self.advice, self.values = what, advice, values
