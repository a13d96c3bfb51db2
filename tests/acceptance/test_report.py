"""`seatrial report`: a page for whoever has to decide, with the answer of `prove`."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

from tests.acceptance.release import BOATS, CREW

from seatrial.flows.report import report
from seatrial.model.narrator import Silent
from seatrial.model.readiness import Circumstances
from seatrial.model.wishes import Wishes

if TYPE_CHECKING:
    from pathlib import Path

    from tests.acceptance.console import Console
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

[FIRST], [SECOND] = BOATS, CREW
#: Without the attack's own test, which takes longest and has tests elsewhere.
QUICK = "--no-mutants"
NOON = Circumstances(at="2026-03-01T12:00:00+00:00", by="ana@workstation", seconds=61.0)


def test_the_page_is_written_whatever_the_answer_is_and_the_answer_is_that_of_prove(
    release: Release, seatrial: Console
) -> None:
    release.add(BOATS)
    proved = seatrial("prove", QUICK)
    told = seatrial("report", QUICK, code=proved.code)

    page = (release.root / "readiness.html").read_text(encoding="utf-8")
    assert told.lines[0] == "written: readiness.html"
    verdict = told.lines[-1].removeprefix("✗ ")
    assert verdict.startswith("Not ready for production: ")
    assert f"<span>{verdict}</span></h1>" in page
    assert "20250301000000_boats does not run twice: 42P07 relation &#34;boats&#34; already exists" in page
    assert [path.name for path in release.root.iterdir() if path.name.startswith(".")] == []


def test_a_file_that_does_not_parse_is_reported_too(release: Release, seatrial: Console) -> None:
    release.add({FIRST: "CREATE TABEL public.boats ();\n"})
    seatrial("report", QUICK, code=1)

    page = (release.root / "readiness.html").read_text(encoding="utf-8")
    assert "none was started" in page
    assert "<mark>TABEL</mark>" in page


def test_a_wrong_order_is_told_with_the_place_and_the_cause(release: Release, seatrial: Console) -> None:
    release.add({FIRST: CREW[SECOND], SECOND: BOATS[FIRST]})
    seatrial("report", QUICK, code=1)

    page = (release.root / "readiness.html").read_text(encoding="utf-8")
    assert '<code class="code">42P01</code>' in page
    assert "<mark>CREATE</mark>" in page


def test_of_a_release_that_does_not_apply_no_document_says_what_nobody_has_seen(
    release: Release, seatrial: Console
) -> None:
    release.add({**BOATS, SECOND: "do $$ begin raise exception 'x'; end $$;\n"})
    seatrial("report", QUICK, "--format", "markdown", "--out", "notes/boats.md", code=1)
    seatrial("report", QUICK, code=1)

    told = "".join(path.read_text(encoding="utf-8") for path in (release.root / "notes").iterdir())
    assert f"- **Does not apply**: supabase/migrations/{SECOND}:1:1: P0001 x\n" in told
    assert "| Rehearsed | ✗ failed |" in told
    assert f"`{FIRST}`, `{SECOND}` (**does not apply**)" in told
    for false in ("| nobody", "only adds", "No object", "no object", "no index of its own", "statements parsed by"):
        assert false not in told
    page = (release.root / "readiness.html").read_text(encoding="utf-8")
    assert "not known: the release does not apply" in page
    assert page.count("</span>does not apply</span>") == 1
    assert "Nobody waits" not in page


def test_a_name_in_the_database_is_no_markup(release: Release, seatrial: Console) -> None:
    release.add({
        FIRST: 'CREATE TABLE public."<script>alert(1)</script>" (id integer PRIMARY KEY);\n'
        """COMMENT ON TABLE public."<script>alert(1)</script>" IS '<img src=x>';\n"""
    })  # fmt: skip
    seatrial("report", QUICK, code=1)

    page = (release.root / "readiness.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "<img" not in page


def test_the_folder_of_the_file_is_made(release: Release, seatrial: Console) -> None:
    release.add({FIRST: "SELECT 1;\n"})
    seatrial("report", QUICK, "--out", "docs/pages/ready.html", code=1)

    assert (release.root / "docs/pages/ready.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_what_cannot_be_written_is_said_before_anything_runs(release: Release, seatrial: Console) -> None:
    release.add(BOATS)
    (release.root / "file").write_text("")
    for out in (".", "file/readiness.html"):
        answer = seatrial("report", QUICK, "--out", out, code=2)

        assert answer.error["code"] == "document.unwritable"
        assert "boats" not in answer.said


def test_two_runs_differ_in_measured_figures_only(release: Release, repository: Path) -> None:
    root = release.root / "notes"
    shutil.copytree(repository / "docs/examples/one-policy-too-many", root)
    pages = []
    for name in ("first", "second"):
        # A folder of the same name, as the name of the page is in it.
        out = release.root / name / "readiness.html"
        report(root, Wishes(mutants=False), out, circumstances=NOON, narrator=Silent())
        pages.append(_without_figures(out.read_text(encoding="utf-8")))

    assert pages[0] == pages[1]
    assert "ana@workstation" in pages[0]
    assert "rows of another tenant: public.notes" in pages[0]


def _without_figures(page: str) -> str:
    """Durations, and the drawing that is made of them."""
    page = re.sub(r'<svg[^>]*class="drawing timeline".*?</svg>', "", page, flags=re.DOTALL)
    return re.sub(r"\d+(?:\.\d+)?(?:–\d+(?:\.\d+)?)? (?:ms|s)\b", "n s", page)


def test_the_commit_is_named_and_changes_of_the_release_are_told(release: Release, seatrial: Console) -> None:
    def git(*words: str) -> str:
        person = ["-c", "user.name=Ana", "-c", "user.email=ana@example.org"]
        return subprocess.run(
            ["git", *person, *words], cwd=release.root, check=True, capture_output=True, text=True
        ).stdout.strip()

    def commit() -> str:
        seatrial("report", QUICK, code=1)
        page = (release.root / "readiness.html").read_text(encoding="utf-8")
        [found] = re.findall(r"<dt>Commit</dt><dd>(.*?)</dd>", page)
        return str(found)

    release.add({FIRST: "SELECT 1;\n"})
    assert commit() == "not in Git"
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "boats")
    head = git("rev-parse", "HEAD")
    # The page itself is no change of the release.
    with (release.root / "readiness.html").open("a", encoding="utf-8") as page:
        page.write("older\n")
    assert commit() == f'<code title="{head}">{head[:12]}</code>'
    release.add({SECOND: "SELECT 2;\n"})
    assert commit().endswith(", with changes")


def test_the_plan_is_the_one_that_rehearse_would_save(release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    saved = seatrial("rehearse", "--from", target.dsn, "--plan", "boats.plan", "--format", "json", code=0)
    seatrial("report", QUICK, "--from", target.dsn, code=1)

    page = (release.root / "readiness.html").read_text(encoding="utf-8")
    assert f'title="{saved.json["result"]["plan"]}"' in page
    assert target.dsn not in page
