"""The rules that docs/how-to/add-a-rule.md shows are ones that work, and so are their pages."""

from __future__ import annotations

import re
from types import ModuleType
from typing import TYPE_CHECKING

from tests.unit.rules.trials import FORECAST, lock, trial_of

from seatrial.model.evidence import Evidence, LockMode
from seatrial.model.finding import Level
from seatrial.rules.page import SECTIONS, read_page

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.rules.conftest import ScriptOf

    from seatrial.rules.page import Page


def _shown(repository: Path, number: int) -> tuple[ModuleType, Page]:
    """The rule that is shown first or second, and its page, with words in the other sections."""
    text = (repository / "docs" / "how-to" / "add-a-rule.md").read_text(encoding="utf-8")
    codes = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    sections = re.findall(r"^````markdown\n(.*?)^````$", text, re.MULTILINE | re.DOTALL)
    assert [len(codes), len(sections)] == [2, 2]
    rule = ModuleType("shown")
    exec(codes[number], rule.__dict__)  # noqa: S102 - the page's own text
    others = "".join(f"## {name}\n\nWords.\n\n" for name in SECTIONS if name != "Bad").partition("## Good")
    return rule, read_page(f"# A title\n\n{others[0]}{sections[number]}\n{others[1]}{others[2]}")


def test_the_rule_that_is_shown_finds_what_its_page_says(repository: Path, script_of: ScriptOf) -> None:
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


def test_the_rule_that_judges_finds_what_its_page_says(repository: Path, script_of: ScriptOf) -> None:
    rule, page = _shown(repository, 1)
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
