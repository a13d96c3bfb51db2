"""Pages that Seatrial wrote are shown to operators, from their folder only, and cannot do anything."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from tests.hub.ground import SUPER
from tests.hub.pages.house import housed, served
from tests.unit.report.readiness.sample import wrong

from seatrial.report.readiness.page import page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.hub.ground import Ground
    from tests.hub.pages.house import House

RELEASES = "/operator/releases"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With three pages, and what is none."""
    made = tmp_path / "releases"
    (made / "deeper").mkdir(parents=True)
    (tmp_path / "secret.html").write_text("<title>secret</title>", encoding="utf-8")
    (made / "deeper" / "inner.html").write_text("<title>inner</title>", encoding="utf-8")
    (made / "readiness.html").write_text(page(wrong()), encoding="utf-8")
    (made / "note.md").write_text("# Phase 3 <b>& more\n\n<script>evil()</script>\n", encoding="utf-8")
    (made / "record.json").write_text(
        '{"command": "verify", "summary": "Verified: \\"618\\" objects"}', encoding="utf-8"
    )
    (made / "run.sh").write_text("echo", encoding="utf-8")
    (made / ".hidden.html").write_text("<title>hidden</title>", encoding="utf-8")
    (made / "out.html").symlink_to(tmp_path / "secret.html")
    (made / "gone.html").symlink_to(tmp_path / "nowhere.html")
    os.utime(made / "note.md", (1_700_000_000, 1_700_000_000))
    return made


@pytest.fixture
def house(ground: Ground, folder: Path) -> Iterator[House]:
    """With that folder."""
    made = housed(ground, releases=str(folder))
    with served(made):
        yield made


def test_what_is_in_the_folder_is_listed_with_its_title_newest_first(house: House) -> None:
    with house.signed_in(SUPER) as operator:
        text = operator.get(RELEASES).text

    assert "Not ready for production" in text
    assert "Phase 3 &lt;b&gt;&amp; more" in text
    assert "618" in text
    assert text.index("readiness.html") < text.index("note.md")
    for name in ("secret", "inner", "run.sh", ".hidden", "out.html", "gone.html"):
        assert name not in text


@pytest.mark.parametrize(
    "name",
    ["out.html", "gone.html", "run.sh", "deeper", ".hidden.html", "..%2Fsecret.html", "%2e%2e%2fsecret.html",
     "deeper%2Finner.html", "..%5Csecret.html", "x%00.html", "%2Fetc%2Fpasswd", "nowhere.html", "readiness.html%00.md"],
)  # fmt: skip
def test_nothing_else_is_shown(house: House, name: str) -> None:
    with house.signed_in(SUPER) as operator:
        for path in (f"{RELEASES}/{name}", f"{RELEASES}/{name}/page"):
            answer = operator.get(path)
            assert answer.status_code == 404, path
            assert "<title>secret" not in answer.text


def test_a_page_is_framed_and_can_do_nothing(house: House) -> None:
    with house.signed_in(SUPER) as operator:
        outer, inner = operator.get(f"{RELEASES}/readiness.html"), operator.get(f"{RELEASES}/readiness.html/page")
        policy = set(inner.headers["content-security-policy"].split("; "))

        assert f'src="{RELEASES}/readiness.html/page" sandbox title=' in outer.text
        assert "frame-src 'self'" in outer.headers["content-security-policy"]
        assert {"sandbox", "default-src 'none'", "form-action 'none'", "frame-ancestors 'self'"} <= policy
        assert inner.headers["x-frame-options"] == "SAMEORIGIN"
        assert inner.text == page(wrong())


def test_a_page_without_its_frame_leads_to_the_frame(house: House) -> None:
    with house.signed_in(SUPER) as operator:
        path = f"{RELEASES}/readiness.html/page"
        alone = operator.browser.get(path, headers={"Sec-Fetch-Dest": "document"})
        framed = operator.browser.get(path, headers={"Sec-Fetch-Dest": "iframe"})

        assert (alone.status_code, alone.headers.get("location")) == (303, f"{RELEASES}/readiness.html")
        assert framed.status_code == 200


def test_a_note_and_a_record_are_text(house: House) -> None:
    with house.signed_in(SUPER) as operator:
        text = operator.get(f"{RELEASES}/note.md").text

        assert "&lt;script&gt;evil()&lt;/script&gt;" in text
        assert "<script>evil" not in text
        assert "Verified" in operator.get(f"{RELEASES}/record.json").text
        assert operator.get(f"{RELEASES}/note.md/page").status_code == 404


def test_without_a_folder_the_page_says_how_to_name_one(ground: Ground) -> None:
    without = housed(ground)
    with served(without), without.signed_in(SUPER) as operator:
        assert "No folder is named" in operator.get(RELEASES).text
        assert operator.get(f"{RELEASES}/readiness.html").status_code == 404
