"""N-gram index, for search by any part of a word. Pure.

A *gram* is two or three neighbouring characters of a word, as a number. Messages are grouped in *blocks* of consecutive
ids; the *posting* of a gram in a block lists the block's messages that contain it. Words of three or more letters are
looked up by their trigrams, words of two letters by their bigram. Hits are candidates and must be read, because a
word's grams may stand apart in another word.

Compared with the databases' own full-text indexes, this one is the same on both and needs no extension; finds any part
of a word, even of two letters; returns the newest first without collecting all hits; and costs nothing while a message
is written, because blocks are indexed once they are full.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

BLOCK = 4096
"""Messages per block."""
_BITMAP = BLOCK // 8
_ARRAY = "H"
_PRIME, _MASK = 1_000_003, 0x7FFF_FFFF


def block_of(message: int) -> int:
    return message // BLOCK


@lru_cache(maxsize=200_000)
def _number(gram: str) -> int:
    """Hashes a gram. Two grams may share a number; then a few more messages are read than necessary."""
    number = len(gram)
    for character in gram:
        number = (number * _PRIME + ord(character)) & _MASK
    return number


def grams(word: str) -> set[int]:
    """Returns the grams of one folded word."""
    found = {_number(word[start : start + 2]) for start in range(len(word) - 1)}
    found.update(_number(word[start : start + 3]) for start in range(len(word) - 2))
    return found


def wanted(words: Iterable[str]) -> list[int]:
    """Returns the grams that a message must have to contain all these parts of words."""
    found: set[int] = set()
    for word in words:
        if len(word) == 2:
            found.add(_number(word))
        found.update(_number(word[start : start + 3]) for start in range(len(word) - 2))
    return sorted(found)


def of_account(account: str) -> int:
    """Returns a pseudo-gram shared by all messages of an account, so that a viewer of one account need not read the
    messages of the others."""
    return _number(f"account {account}")


# ---------------------------------------------------------------------------------------- postings


def postings(messages: Iterable[tuple[int, str, str]]) -> Iterator[tuple[int, bytes]]:
    """Yields (gram, posting) for one block, from its messages' (id, account, folded text)."""
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
    """Returns the posting with `message` added."""
    return _packed({*_unpacked(posting), message % BLOCK})


def united(one: bytes, other: bytes) -> bytes:
    """Returns the posting of all messages of both."""
    return _packed({*_unpacked(one), *_unpacked(other)})


def _packed(offsets: set[int]) -> bytes:
    """Packs few offsets as two bytes each and many as a bitmap; the length tells which."""
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
    """Converts to or from little-endian, so that a database can move between machines."""
    if sys.byteorder == "big":
        offsets.byteswap()
    return offsets


def common(block: int, found: Sequence[bytes], among: Sequence[bytes]) -> list[int]:
    """Returns the ids of messages that are in every posting of `found` and in at least one of `among`, newest first."""
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
