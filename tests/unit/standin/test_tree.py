"""The pages of a tree that is higher than it is large."""

from __future__ import annotations

import struct

import pytest

from seatrial.standin.page_count import PAGE
from seatrial.standin.tree import checksum, tree


@pytest.mark.parametrize("height", [1, 2, 3])
def test_each_level_leads_to_the_next_and_the_last_is_a_leaf(height: int) -> None:
    found = tree(height, bytes(PAGE))
    pages = [found[at : at + PAGE] for at in range(0, len(found), PAGE)]

    assert len(pages) == height + 2
    assert struct.unpack_from("<6I", pages[0], 24) == (0x053162, 4, 1, height, 1, height)
    levels = [struct.unpack_from("<I", page, PAGE - 8)[0] for page in pages[1:]]
    assert levels == list(range(height, -1, -1))
    children = [struct.unpack_from("<H", page, PAGE - 24 + 2)[0] for page in pages[1:-1]]
    assert children == list(range(2, height + 2))
    assert [checksum(page, number) for number, page in enumerate(pages)] == [
        struct.unpack_from("<H", page, 8)[0] for page in pages
    ]


def test_a_checksum_is_of_the_page_and_of_its_place() -> None:
    page = tree(1, bytes(PAGE))[:PAGE]
    assert checksum(page, 0) != checksum(page, 1)
    assert checksum(page, 0) != checksum(page[:-1] + b"x", 0)


def test_whether_equal_keys_share_their_place_stays() -> None:
    first = bytes(64) + b"\x01" + bytes(PAGE - 65)
    assert tree(1, first)[64] == 1
