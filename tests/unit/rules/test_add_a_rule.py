"""The rule that docs/how-to/add-a-rule.md shows is one that works, and so is its page."""

from __future__ import annotations

import re
from types import ModuleType
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.page import SECTIONS, read_page

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.rules.conftest import ScriptOf


def test_the_rule_that_is_shown_finds_what_its_page_says(repository: Path, script_of: ScriptOf) -> None:
    text = (repository / "docs" / "how-to" / "add-a-rule.md").read_text(encoding="utf-8")
    [code] = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    [section] = re.findall(r"^````markdown\n(.*?)^````$", text, re.MULTILINE | re.DOTALL)
    rule = ModuleType("shown")
    exec(code, rule.__dict__)  # noqa: S102 - the page's own text
    others = "".join(f"## {name}\n\nWords.\n\n" for name in SECTIONS if name != "Bad").partition("## Good")
    page = read_page(f"# A title\n\n{others[0]}{section}\n{others[1]}{others[2]}")

    assert rule.LEVEL is Level.WARNS
    assert [len(folder.files) for folder in page.bad] == [1, 1]
    for folder in page.bad:
        [file] = folder.files
        assert file.content is not None
        script = script_of(file.content.decode())
        [hit] = rule.check([script])
        assert [each.line for each in file.expects] == [script.source.text.count("\n", 0, hit.offset) + 1]
    assert list(rule.check([script_of("set local lock_timeout = '5s'; lock table public.notes;")])) == []
