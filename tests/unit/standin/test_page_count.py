"""Pages and heights as PostgreSQL 18 makes them; each figure was read from a server."""

from __future__ import annotations

import pytest

from seatrial.standin.page_count import Entries, btree_height, btree_pages, heap_pages


@pytest.mark.parametrize(("rows", "pages"), [(0, 1), (1, 2), (366, 2), (100_000, 276), (1_000_000, 2745)])
def test_an_index_of_numbers(rows: int, pages: int) -> None:
    assert btree_pages(Entries(rows=rows, keys=rows, width=4)) == pages


def test_keys_that_repeat_share_their_place() -> None:
    alone = btree_pages(Entries(rows=100_000, keys=10, width=8))
    assert btree_pages(Entries(rows=100_000, keys=10, width=8, shares=True)) < alone / 3
    assert btree_pages(Entries(rows=100_000, keys=100_000, width=8, shares=True)) == alone


def test_a_tree_grows_at_its_root() -> None:
    entries = Entries(rows=0, keys=0, width=4)
    heights = [btree_height(pages, entries) for pages in (1, 2, 4, 400, 408, 410, 2745, 100_000)]
    assert heights == sorted(heights)
    assert (heights[0], heights[1], heights[2], heights[3], heights[6], heights[7]) == (0, 0, 1, 1, 2, 2)


def test_rows_of_a_table_fill_its_pages() -> None:
    assert heap_pages(226, 4) == 1
    assert heap_pages(100_000, 4) == 443
    assert heap_pages(1_000_000, 4) == 4425
    assert heap_pages(1_000_000, 4, fill=50) == 8850
