"""The rules that docs/how-to/add-a-rule.md shows are ones that work, and so are their pages."""

from __future__ import annotations

import re
import sys
from pathlib import PurePosixPath
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from tests.unit.rules.trials import FORECAST, lock, trial_of

import seatrial.rules
from seatrial.model.evidence import Evidence, LockMode
from seatrial.model.finding import Level
from seatrial.rules.page import SECTIONS, read_page
from seatrial.rules.registry import rule as rule_of
from seatrial.rules.registry import rules
from seatrial.rules.run import run
from seatrial.schema.build import build

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.unit.rules.conftest import Release, ScriptOf

    from seatrial.rules.page import Page
    from seatrial.rules.registry import Rule

#: How many rules, with a page each, are shown.
SHOWN = 3


def _texts(repository: Path, number: int) -> tuple[str, str]:
    """Module and page of one of the rules that are shown, with words in the sections that are not."""
    text = (repository / "docs" / "how-to" / "add-a-rule.md").read_text(encoding="utf-8")
    codes = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    sections = re.findall(r"^````markdown\n(.*?)^````$", text, re.MULTILINE | re.DOTALL)
    assert [len(codes), len(sections)] == [SHOWN, SHOWN]
    shown = sections[number]
    before, after = SECTIONS[: SECTIONS.index("Bad")], SECTIONS[SECTIONS.index("Bad") + 1 :]
    rest = [name for name in after if f"## {name}\n" not in shown]
    words = "".join(f"## {name}\n\nWords.\n\n" for name in before)
    return codes[number], f"# A title\n\n{words}{shown}\n" + "".join(f"## {name}\n\nWords.\n\n" for name in rest)


def _shown(repository: Path, number: int) -> tuple[ModuleType, Page]:
    code, page = _texts(repository, number)
    rule = ModuleType("shown")
    exec(code, rule.__dict__)  # noqa: S102 - the page's own text
    return rule, read_page(page)


@pytest.fixture
def added(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rule]:
    """The rule about the schema, as two files in a folder of its own; nothing else knows of it."""
    code, page = _texts(repository, 1)
    family = tmp_path / "rules" / "storage"
    family.mkdir(parents=True)
    (family / "__init__.py").write_text('"""Where rows are kept."""\n', encoding="utf-8")
    (family / "stg001_unlogged_table.py").write_text(code, encoding="utf-8")
    (family / "stg001_unlogged_table.md").write_text(page, encoding="utf-8")
    monkeypatch.setattr(seatrial.rules, "__path__", [*seatrial.rules.__path__, str(family.parent)])
    rules.cache_clear()
    yield rule_of("STG001")
    rules.cache_clear()
    for name in [name for name in sys.modules if name.startswith("seatrial.rules.storage")]:
        del sys.modules[name]


def test_the_rule_about_files_finds_what_its_page_says(repository: Path, script_of: ScriptOf) -> None:
    rule, page = _shown(repository, 0)

    assert rule.LEVEL is Level.WARNS
    assert [len(folder.files) for folder in page.bad] == [1, 1]
    for folder in page.bad:
        [file] = folder.files
        assert file.content is not None
        script = script_of(file.content.decode())
        [hit] = rule.check([script])
        assert [each.line for each in file.expects] == [script.source.text.count("\n", 0, hit.offset) + 1]
    assert list(rule.check([script_of("set local lock_timeout = '5s'; lock table public.notes;")])) == []


def test_two_files_are_a_rule(added: Rule) -> None:
    assert (added.code, added.name, added.level) == ("STG001", "unlogged table", Level.INFORMS)
    assert added in rules()
    assert added.page().title == "A title"


@pytest.mark.parametrize("number", [0, 1])
def test_the_rule_that_is_added_finds_what_its_page_says_among_all_others(
    added: Rule, number: int, release: Release
) -> None:
    folder = added.page().bad[number]
    release.write(folder.files)
    scripts = release.scripts()

    found = run(scripts, build(scripts, platform=folder.platform))

    expected = [(file.name, each.code, each.line) for file in folder.files for each in file.expects]
    assert [(PurePosixPath(one.place.path).name, one.code, one.place.line) for one in found] == expected
    assert [folder.platform for folder in added.page().bad] == ["postgres", "supabase"]
    assert [one.subject for one in found] == ["public.visits"]


def test_the_rule_that_is_added_is_silent_where_its_page_says_so(added: Rule, release: Release) -> None:
    [folder] = added.page().good
    release.write(folder.files)
    scripts = release.scripts()

    assert run(scripts, build(scripts, platform=folder.platform)) == ()


def test_the_rule_that_judges_finds_what_its_page_says(repository: Path, script_of: ScriptOf) -> None:
    rule, page = _shown(repository, 2)
    [folder] = page.bad
    past, last = folder.files
    assert last.content is not None
    script = script_of(last.content.decode())
    seen = Evidence(locks=(lock("public.notes", LockMode.SHARE),))

    [hit] = rule.judge(trial_of(script, seen))

    assert rule.LEVEL is Level.INFORMS
    assert past.expects == ()
    assert [each.line for each in last.expects] == [script.source.text.count("\n", 0, hit.offset) + 1]
    assert hit.what == "LOCK TABLE closes public.notes"
    assert [hit.effect for hit in rule.judge(trial_of(script, seen, held=FORECAST))] == [f"writes wait for {FORECAST}"]
    assert list(rule.judge(trial_of(script))) == []
