"""How many pages rows and index entries take, where nobody has counted them. Pure.

Heap: as the planner reckons without statistics (`table_block_relation_estimate_size` in tableam.c, with the overheads
of heapam_handler.c), and as many whole rows on a page as there is room for. B-tree: as nbtsort.c fills its pages, with
the posting lists of nbtdedup.c. PostgreSQL 18.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["PAGE", "Entries", "btree_height", "btree_pages", "heap_pages", "other_pages"]

PAGE = 8192
PAGE_HEADER, POINTER = 24, 4
ROW_HEADER = 24
#: Of a B-tree: what stands at the end of a page, the header of an entry, a pointer to a row.
SPECIAL, ENTRY_HEADER, ROW_POINTER = 16, 8, 6
#: Bytes of a posting list when an index is built: a tenth of a page, less its pointer.
POSTING = PAGE * 10 // 100 - POINTER
#: Percent of an inner page that a build fills.
INNER_FILL = 70
#: Pages of a B-tree whose root is its only leaf.
ALONE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """What an index has to hold."""

    rows: float
    #: Different keys.
    keys: float
    #: Bytes of the columns of one entry.
    width: float
    #: Percent of a leaf page that is filled.
    fill: int = 90
    #: Whether equal keys share their place.
    shares: bool = False


def heap_pages(rows: float, width: float, fill: int = 100) -> int:
    """Of a table.

    Args:
        rows: in it.
        width: bytes of the columns of one row.
        fill: percent of a page that is filled.
    """
    return _pages(rows, _aligned(ROW_HEADER + width) + POINTER, (PAGE - PAGE_HEADER) * fill / 100)


def btree_pages(entries: Entries) -> int:
    """Of a freshly built B-tree, its inner pages and the one at its beginning included."""
    level = _leaves(entries)
    pages = 1 + level
    while level > 1:
        level = math.ceil(level / _fan_out(entries))
        pages += level
    return pages


def btree_height(pages: float, entries: Entries) -> int:
    """Levels above the leaves of a B-tree of so many pages.

    Its root grows until it is full, and is split then; the pages between are as full as a build leaves them, which is
    what insertions in no order come to as well.
    """
    level, height = pages - 1, 1
    while level > _fan_out(entries, 100):
        level = math.ceil(level / _fan_out(entries))
        height += 1
    return height if pages > ALONE else 0


def other_pages(entries: Entries) -> int:
    """Of an index of another kind: its entries side by side, which is no more than a guess."""
    return 1 + _pages(entries.rows, _entry(entries.width), PAGE - PAGE_HEADER)


def _leaves(entries: Entries) -> int:
    each = max(1.0, entries.rows / max(1.0, entries.keys))
    usable = (PAGE - PAGE_HEADER - SPECIAL) * entries.fill / 100
    if not entries.shares or each < 2:  # noqa: PLR2004 - one key for one row
        return _pages(entries.rows, _entry(entries.width), usable)
    lists = math.ceil(each / max(1, (POSTING - ENTRY_HEADER - entries.width) // ROW_POINTER))
    return math.ceil(entries.keys * (lists * _entry(entries.width) + each * ROW_POINTER) / usable)


def _pages(number: float, size: float, usable: float) -> int:
    return math.ceil(number / max(1, usable // size))


def _entry(width: float) -> float:
    return _aligned(ENTRY_HEADER + width) + POINTER


def _fan_out(entries: Entries, fill: int = INNER_FILL) -> int:
    return max(2, int((PAGE - PAGE_HEADER - SPECIAL) * fill / 100 // _entry(entries.width)))


def _aligned(size: float) -> int:
    return math.ceil(size / 8) * 8
