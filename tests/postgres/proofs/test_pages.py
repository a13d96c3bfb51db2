"""A proof's page is its test: the example that passes does, and each that must fail does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from seatrial.flows.docs import docs
from seatrial.flows.documentation import release_digest
from seatrial.flows.folder import read_folder
from seatrial.flows.prove import prove
from seatrial.model.narrator import Silent
from seatrial.model.outcome import Proved
from seatrial.model.proof import Verdict
from seatrial.model.release_note import ReleaseNote
from seatrial.model.timeline import Timeline
from seatrial.model.wishes import NOTHING, Wishes
from seatrial.proofs.registry import CLAIMS, proofs
from seatrial.report.release_note import notes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECTIONS = ["Claim", "Method", "Evidence", "Passes", "Must fail", "What it cannot show"]
FENCE = re.compile(r"^```(?:sql|toml) file=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def sections(page: str) -> dict[str, str]:
    """The page by its headings."""
    parts = re.split(r"^## ", page, flags=re.MULTILINE)[1:]
    return {part.partition("\n")[0]: part.partition("\n")[2] for part in parts}


def examples(heading: str) -> Iterator[object]:
    """Each folder of files under a heading."""
    for proof in proofs():
        for number, part in enumerate(re.split(r"^(?=### )", sections(proof.page)[heading], flags=re.MULTILINE)):
            if files := FENCE.findall(part):
                yield pytest.param(proof.name, part, files, id=f"{proof.name}-{number}")


def verdict(name: str, prose: str, files: list[tuple[str, str]], folder: Path, *, mutants: bool = True) -> Verdict:
    """What the command says of it."""
    migrations = folder / "supabase" / "migrations"
    migrations.mkdir(parents=True)
    (folder / "supabase" / "config.toml").write_text('project_id = "page"\n', encoding="utf-8")
    for file, text in files:
        (folder if file == "seatrial.toml" else migrations).joinpath(file).write_text(text, encoding="utf-8")
    after = files[-2][0].partition("_")[0] if "but the last" in prose or "CASCADE" in prose else ""
    write_pages(prose, folder)
    wishes = Wishes(start=NOTHING, after=after, rows=rows_wanted(name, prose, after), mutants=mutants)
    body = prove(folder, [name], wishes, narrator=Silent()).body
    assert isinstance(body, Proved)
    return body.proofs[0].verdict


def rows_wanted(name: str, prose: str, after: str) -> dict[str, int]:
    """As many as the example says; more than the limits of safety, where it meets rows that are there."""
    if said := re.search(r"^([\d,]+) rows of `([\w.]+)`", prose, re.MULTILINE):
        return {said[2]: int(said[1].replace(",", ""))}
    return {"public.boats": 1_000_000} if after and name == "safety" else {}


def write_pages(prose: str, folder: Path) -> None:
    """What an example says that commands write."""
    release = read_folder(folder)
    if "`seatrial docs`" in prose:
        docs(folder, check=False, narrator=Silent())
    if "`seatrial report`" in prose:
        place = folder / release.release.release_notes
        place.mkdir(parents=True)
        digest, nothing = release_digest(release), Timeline(transactions=())
        note = ReleaseNote(
            release="page", digest=digest, start=NOTHING, server="", files=(), made=(), claims=(), timeline=nothing
        )
        for name, text in notes(note).items():
            (place / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("proof", proofs(), ids=lambda proof: proof.name)
def test_a_page_has_its_shape(proof: object) -> None:
    page: str = proof.page  # type: ignore[attr-defined]
    assert list(sections(page)) == SECTIONS
    assert page.startswith(f"# {proof.name}: {CLAIMS[proof.name]}\n")  # type: ignore[attr-defined]
    for line in re.sub(r"^```.*?^```$", "", page, flags=re.MULTILINE | re.DOTALL).splitlines():
        assert not re.search(r"[a-z]{2}\. [A-Z]", line), f"a sentence is a line: {line}"


@pytest.mark.parametrize(("name", "prose", "files"), list(examples("Passes")))
def test_what_is_sound_passes(name: str, prose: str, files: list[tuple[str, str]], tmp_path: Path) -> None:
    assert verdict(name, prose, files, tmp_path) is Verdict.PASSED


@pytest.mark.parametrize(("name", "prose", "files"), list(examples("Must fail")))
def test_what_must_fail_fails(name: str, prose: str, files: list[tuple[str, str]], tmp_path: Path) -> None:
    assert verdict(name, prose, files, tmp_path, mutants=False) is Verdict.FAILED


def test_every_proof_was_seen_to_fail_and_to_pass() -> None:
    for heading in ("Passes", "Must fail"):
        seen = {param.values[0] for param in examples(heading)}  # type: ignore[attr-defined]
        assert seen == set(CLAIMS)


def test_each_claim_has_its_proof() -> None:
    assert [proof.name for proof in proofs()] == list(CLAIMS)
