"""An index of the parts of words, for search by any part of a word: pure.

A *gram* is two or three neighbouring characters of a word, as a number. Messages stand in *blocks* of consecutive
ids; the *posting* of a gram in a block says which of the block's messages have it. Every word of three letters and
more is looked for by its grams of three, one of two letters by its gram of two; what is found that way still has to be
read, for the grams of a word may stand apart in another.

Why not the databases' own full-text indexes: this one is the same on both of them and needs no extension; it finds
parts of words, also of two letters; it gives the newest first without gathering all that there are; and it costs a
message nothing while it is written, for blocks are indexed once they are full.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

BLOCK = 4096
"""Messages of a block."""
_BITMAP = BLOCK // 8
_ARRAY = "H"
_PRIME, _MASK = 1_000_003, 0x7FFF_FFFF


def block_of(message: int) -> int:
    return message // BLOCK


@lru_cache(maxsize=200_000)
def _number(gram: str) -> int:
    """Two grams may share a number: then something more is read than had to be."""
    number = len(gram)
    for character in gram:
        number = (number * _PRIME + ord(character)) & _MASK
    return number


def grams(word: str) -> set[int]:
    """All grams of one folded word."""
    found = {_number(word[start : start + 2]) for start in range(len(word) - 1)}
    found.update(_number(word[start : start + 3]) for start in range(len(word) - 2))
    return found


def wanted(words: Iterable[str]) -> list[int]:
    """The grams that a message with all these parts of words must have."""
    found: set[int] = set()
    for word in words:
        if len(word) == 2:
            found.add(_number(word))
        found.update(_number(word[start : start + 3]) for start in range(len(word) - 2))
    return sorted(found)


def of_account(account: str) -> int:
    """Stands for all messages of an account, as if it were a gram of theirs: whoever may read one account of many
    does not have to look at what others were written."""
    return _number(f"account {account}")


# ---------------------------------------------------------------------------------------- postings


def postings(messages: Iterable[tuple[int, str, str]]) -> Iterator[tuple[int, bytes]]:
    """Gram and posting, out of the ids, accounts and folded words of a block's messages."""
    of_words: dict[str, list[int]] = {}
    of_grams: dict[int, list[int]] = {}
    for message, account, words in messages:
        if not words:
            continue
        of_grams.setdefault(of_account(account), []).append(message % BLOCK)
        for word in words.split():
            of_words.setdefault(word, []).append(message % BLOCK)
    for word, offsets in of_words.items():
        for gram in grams(word):
            of_grams.setdefault(gram, []).extend(offsets)
    for gram in sorted(of_grams):
        yield gram, _packed(set(of_grams[gram]))


def extended(posting: bytes, message: int) -> bytes:
    """The posting with one message more."""
    return _packed({*_unpacked(posting), message % BLOCK})


def _packed(offsets: set[int]) -> bytes:
    """Few messages as their offsets, two bytes each, many as a bitmap; the length tells them apart."""
    if len(offsets) * 2 < _BITMAP:
        return _swapped(array(_ARRAY, sorted(offsets))).tobytes()
    bits = bytearray(_BITMAP)
    for offset in offsets:
        bits[offset >> 3] |= 1 << (offset & 7)
    return bytes(bits)


def _unpacked(posting: bytes) -> Sequence[int]:
    if len(posting) == _BITMAP:
        return [place * 8 + bit for place, byte in enumerate(posting) if byte for bit in range(8) if byte >> bit & 1]
    return _swapped(array(_ARRAY, posting))


def _swapped(offsets: array[int]) -> array[int]:
    """Little-endian, wherever the database is read."""
    if sys.byteorder == "big":
        offsets.byteswap()
    return offsets


def common(block: int, found: Sequence[bytes], among: Sequence[bytes]) -> list[int]:
    """Ids of the messages that stand in each of the postings `found` of a block and in one of `among`; the newest
    first."""
    few, *more = sorted(found, key=len)
    left = set(_unpacked(few))
    for posting in more:
        left = _also_in(posting, left)
    left = {offset for posting in among for offset in _also_in(posting, left)} if left else left
    return [block * BLOCK + offset for offset in sorted(left, reverse=True)]


def _also_in(posting: bytes, offsets: set[int]) -> set[int]:
    if len(posting) == _BITMAP:
        return {offset for offset in offsets if posting[offset >> 3] >> (offset & 7) & 1}
    return offsets.intersection(_unpacked(posting))
