"""The reference is what the code says, and it says everything."""

from __future__ import annotations

import importlib.util
import re
import sys
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, get_args

import pytest
from pydantic import BaseModel
from tests.docs.pages import ROOT, WRITTEN, anchors

import seatrial.cli
from seatrial.cli.app import SHARED
from seatrial.project.settings import Settings, SupabaseConfig
from seatrial.rules.registry import rules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

REFERENCE = ROOT / "docs" / "reference"
COMMANDS = [module.name for module in iter_modules(seatrial.cli.__path__) if module.name not in SHARED]


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    """The script docs/generate.py."""
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_current(generate: ModuleType) -> None:
    assert generate.stale() == [], "run docs/generate.py"


def test_a_page_that_is_not_current_is_named(
    generate: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generate, "REFERENCE", tmp_path)
    generate.write()
    assert generate.stale() == []
    monkeypatch.setattr(sys, "argv", ["generate.py", "--check"])
    assert generate.main() == 0

    rules_page = tmp_path / "rules.md"
    rules_page.write_text(rules_page.read_text(encoding="utf-8").replace("FIL003", "FIL033"), encoding="utf-8")

    assert (generate.stale(), generate.main()) == (["rules.md"], 1)
    assert "rules.md is not current" in capsys.readouterr().out


def test_a_setting_without_words_stops_the_generator(generate: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    words = {**generate.MEANINGS, "seatrial.toml": {"project.name": "What it is called."}}
    monkeypatch.setattr(generate, "MEANINGS", words)

    with pytest.raises(SystemExit, match=r"project\.platform"):
        generate.stale()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_in_the_reference_and_at_work_on_a_page(name: str) -> None:
    name = name.replace("_", "-")
    assert f"seatrial-{name}" in anchors((REFERENCE / "commands.md").read_text(encoding="utf-8"))
    assert any(f"seatrial {name}" in page.read_text(encoding="utf-8") for page in WRITTEN)


@pytest.mark.parametrize("model", [Settings, SupabaseConfig])
def test_every_key_of_the_settings_is_in_the_reference(model: type[BaseModel]) -> None:
    said = (REFERENCE / "settings.md").read_text(encoding="utf-8")

    assert [key for key in _keys(model) if not re.search(rf"`([\w.]+\.)?{key}`", said)] == []


def _keys(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        held = [each for each in (field.annotation, *get_args(field.annotation)) if _is_model(each)]
        if held:
            yield from _keys(held[0])
        else:
            yield field.alias or name


def _is_model(annotation: Any) -> bool:  # noqa: ANN401 - any annotation
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


@pytest.mark.parametrize("code", [rule.code for rule in rules()])
def test_a_rule_is_in_the_reference(code: str) -> None:
    assert f"| {code} |" in (REFERENCE / "rules.md").read_text(encoding="utf-8")


def test_every_error_code_of_the_source_is_in_the_reference() -> None:
    """Read with another eye than the generator's: as text."""
    raised = re.compile(
        r'(?:CannotRun|CannotConnect|Refused|Remains|super\(\).__init__)\(\s*(?P<code>f?"[a-z-]+\.[^"]+")'
    )
    sources = (ROOT / "src" / "seatrial").rglob("*.py")
    codes = {found["code"] for path in sources for found in raised.finditer(path.read_text(encoding="utf-8"))}
    said = (REFERENCE / "errors.md").read_text(encoding="utf-8")
    literal = {code.strip('"') for code in codes if not code.startswith("f")}

    assert len(literal) > 30
    assert {code for code in literal if f"`{code}`" not in said} == set()
