"""What operators write, and what it is. Anna writes; boris is a colleague, sales a role, and the hub is there."""

from __future__ import annotations

TEXTS: tuple[tuple[str, str], ...] = (
    # a colleague is named
    ("The margin here is 40%, don't tell him, @boris.", "note"),
    ("@boris look", "note"),
    ("@Boris b", "note"),
    ("@BORIS", "note"),
    ("@boris... hm", "note"),
    ("@boris- check", "note"),
    ("@boris_ check", "note"),
    ("@boris, this one never pays", "note"),
    ("@boris: look", "note"),
    ("(@boris) look", "note"),
    ("ask «@boris»", "note"),
    ("@boris's customer", "note"),
    ("@boris!", "note"),
    ("who is it?@boris", "note"),
    ("is it for him@boris", "note"),
    ("@anna/@boris look", "note"),
    ("@\u2060boris look", "note"),
    ("@\u200bbo\u200bris look", "note"),
    ("\uff20boris look", "note"),
    ("@boris\u00a0look", "note"),
    ("@ boris look", "note"),
    ("first line\n@boris second line", "note"),
    ("and `@boris` knows", "note"),
    # a role, a group, everyone, the hub
    ("@sales look", "note"),
    ("@Sales.", "note"),
    ("@all look", "note"),
    ("@channel!", "note"),
    ("@Here", "note"),
    ("as @hub says", "note"),
    # a sign
    ("// she is difficult", "note"),
    ("  //x", "note"),
    ("// @hub help", "note"),
    ("\u200b// hidden", "note"),
    # the hub is asked
    ("@hub help", "command"),
    ("@HUB, help", "command"),
    ("@hub: help", "command"),
    ("@\u2060hub help", "command"),
    # nobody is called so
    ("@boriss look", "question"),
    ("@bоris with a Cyrillic letter", "question"),
    ("@Борис, look", "question"),
    ("@boris.petrov look", "question"),
    ("@hubert hi", "question"),
    ("our shop is @shop_official", "question"),
    # nothing of it
    ("Good morning!", "answer"),
    ("write to boris@example.com please", "answer"),
    ("see https://example.com/@boris for it", "answer"),
    ("see t.me/@boris for it", "answer"),
    ("5 pieces @2.50 each", "answer"),
    ("5 @ 3", "answer"),
    ("boris will call you, the hub too", "answer"),
    ("a / b // c", "answer"),
    ("half past 10:30 @", "answer"),
)
