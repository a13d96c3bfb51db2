"""The first pages of an empty B-tree that is as high as a large one. Pure.

The planner charges a search for every level that it goes down, and reads the height from the index's first page. What
it finds below when it looks for the largest value (`get_actual_variable_range`) is one empty leaf. Layouts are those of
bufpage.h, nbtree.h and itup.h, the checksum that of checksum_impl.h; they have not changed since PostgreSQL 12.
"""

from __future__ import annotations

import struct

from seatrial.standin.page_count import PAGE, PAGE_HEADER, SPECIAL

__all__ = ["checksum", "tree"]

MAGIC, VERSION = 0x053162, 4
LEAF, ROOT, META = 1, 2, 8
#: Size of the page and version of its layout, in one number.
LAYOUT = PAGE | 4
META_SIZE = 48
DOWN_LINK = 8
#: In an entry: that it leads to another page.
IS_PIVOT = 0x2000
#: In a pointer of a page: that there is something.
NORMAL = 1

FNV_PRIME = 16777619
BASES = (
    0x5B1F36E9, 0xB8525960, 0x02AB50AA, 0x1DE66D2A, 0x79FF467A, 0x9BB9F8A3, 0x217E7CD2, 0x83E13D2C,
    0xF8D4474F, 0xE39EB970, 0x42C6AE16, 0x993216FA, 0x7B093B5D, 0x98DAFF3C, 0xF718902A, 0x0B1C9CDB,
    0xE58F764B, 0x187636BC, 0x5D7B3BB1, 0xE73DE7DE, 0x92BEC979, 0xCCA6C0B2, 0x304A0979, 0x85AA43D4,
    0x783125BB, 0x6CA8EAA2, 0xE407EAC6, 0x4B5CFC3E, 0x9FBF8C76, 0x15CA20BE, 0xF2CA9FD3, 0x959BD756,
)  # fmt: skip
WORD = 0xFFFFFFFF


def tree(height: int, first: bytes) -> bytes:
    """The pages, from the first on: as many as the tree is high, and two.

    Args:
        height: levels above the leaves; at least one.
        first: the first page of the index as it is; whether equal keys may share their place stands in it.
    """
    meta = struct.pack("<6I", MAGIC, VERSION, 1, height, 1, height)
    pages = [_page(meta + first[PAGE_HEADER + len(meta) : PAGE_HEADER + META_SIZE], 0, META)]
    for at in range(height):
        entry = struct.pack("<4H", 0, at + 2, 0, DOWN_LINK | IS_PIVOT)
        pages.append(_page(b"", height - at, 0 if at else ROOT, entry))
    pages.append(_page(b"", 0, LEAF))
    return b"".join(_sealed(page, number) for number, page in enumerate(pages))


def _page(content: bytes, level: int, flags: int, entry: bytes = b"") -> bytes:
    special = PAGE - SPECIAL
    start = special - len(entry)
    if entry:
        content = struct.pack("<I", start | NORMAL << 15 | len(entry) << 17)
    lower = PAGE_HEADER + len(content)
    header = struct.pack("<QHHHHHHI", 0, 0, 0, lower, start, special, LAYOUT, 0)
    free = bytes(PAGE - PAGE_HEADER - len(content) - len(entry) - SPECIAL)
    return header + content + free + entry + struct.pack("<IIIHH", 0, 0, level, flags, 0)


def _sealed(page: bytes, number: int) -> bytes:
    return page[:8] + struct.pack("<H", checksum(page, number)) + page[10:]


def checksum(page: bytes, number: int) -> int:
    """Of a page by its number in the file; what stands where it goes counts as zero."""
    words = struct.unpack(f"<{PAGE // 4}I", page[:8] + bytes(2) + page[10:])
    sums = list(BASES)
    for at, word in enumerate((*words, *[0] * (2 * len(BASES)))):
        mixed = sums[at % len(BASES)] ^ word
        sums[at % len(BASES)] = (mixed * FNV_PRIME & WORD) ^ (mixed >> 17)
    found = 0
    for one in sums:
        found ^= one
    return (found ^ number) % 65535 + 1
