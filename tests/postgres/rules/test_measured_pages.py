"""The page of a rule that judges what was measured is its test: its queries are measured with its release."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.rules.rehearsed import migrations_of

from seatrial.flows.conduct import conduct, folder_for
from seatrial.model.narrator import Silent
from seatrial.model.speed_trial import SpeedTrial
from seatrial.model.wishes import Wishes
from seatrial.rules.registry import rules
from seatrial.rules.run import measure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from seatrial.model.finding import Finding
    from seatrial.rules.page import Folder
    from seatrial.rules.registry import Rule


def _folders(kind: str) -> Iterator[object]:
    for each in rules():
        for number, folder in enumerate(getattr(each.page(), kind) if each.measure else (), start=1):
            yield pytest.param(each, folder, id=f"{each.code}-{folder.heading or number}")


def _measured(root: Path, folder: Folder) -> tuple[Finding, ...]:
    """All files but the last are there already."""
    migrations = root / "supabase" / "migrations"
    migrations.mkdir(parents=True)
    *past, last = migrations_of(folder.files)
    for file in (*past, last):
        (migrations / file.name).write_bytes(file.content or b"")
    (root / "seatrial.toml").write_text(folder.settings, encoding="utf-8")
    wishes = Wishes(after=past[-1].name.partition("_")[0], performance=True)
    conducted = conduct(root, folder_for(root, wishes), wishes, narrator=Silent())
    assert conducted.performance is not None
    assert conducted.performance.timings
    assert conducted.folder.schema is not None
    pending = tuple(migration.script for migration in conducted.rehearsal.stage.pending)
    return measure(SpeedTrial(performance=conducted.performance, schema=conducted.folder.schema, scripts=pending))


@pytest.mark.parametrize(("of", "folder"), list(_folders("bad")))
def test_a_bad_release_has_exactly_the_findings_that_the_page_says(tmp_path: Path, of: Rule, folder: Folder) -> None:
    found = _measured(tmp_path, folder)

    expected = sorted((file.name, each.code, each.line) for file in folder.files for each in file.expects)
    assert sorted((one.place.path.rpartition("/")[2], one.code, one.place.line) for one in found) == expected, found
    assert of.code in {one.code for one in found}
    for one in found:
        assert one.what.isprintable()
        assert one.effect.isprintable()
        assert one.fix.strip() == one.fix != ""
        assert not one.what.endswith("."), "a message is a clause; the renderer ends it"


@pytest.mark.parametrize(("of", "folder"), list(_folders("good")))
def test_a_good_release_has_none(tmp_path: Path, of: Rule, folder: Folder) -> None:
    assert _measured(tmp_path, folder) == (), of.code
