"""A rule is two files with one stem and nothing else; what it may see is what makes it pure."""

from __future__ import annotations

import ast
import inspect
import re
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import seatrial.rules
from seatrial.model.finding import Level
from seatrial.rules.page import SECTIONS, read_page
from seatrial.rules.registry import rules

if TYPE_CHECKING:
    from seatrial.rules.registry import Rule

ROOT = Path(seatrial.rules.__path__[0])
STEM = re.compile(r"(?P<family>[a-z]{3})(?P<number>\d{3})_(?P<name>[a-z0-9_]+)")
#: A name says what is wrong, not what to do about it: it is read after "allow".
REMEDIES = ("no_", "ban_", "prefer_", "require_", "disallow_", "avoid_", "missing_no_")
#: Standard library for words and dates; nothing that opens a file, a socket or a process.
ALLOWED = {
    "__future__", "base64", "binascii", "bisect", "calendar", "collections", "dataclasses", "datetime", "difflib",
    "enum", "functools", "hashlib", "itertools", "json", "pathlib", "re", "shlex", "typing",
}  # fmt: skip
#: Finds the rules and reads their pages; the rules themselves do neither.
LOADING = {"registry.py"}

MODULES = sorted(path for path in ROOT.rglob("*.py") if STEM.fullmatch(path.stem))
PAGES = sorted(path for path in ROOT.rglob("*.md"))
SHARED = sorted(path for path in ROOT.rglob("*.py") if not STEM.fullmatch(path.stem))


def _shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_there_are_rules() -> None:
    assert len(rules()) == len(MODULES) > 20


def test_every_module_has_its_page_and_every_page_its_module() -> None:
    assert [path.with_suffix("") for path in MODULES] == [path.with_suffix("") for path in PAGES]


def test_a_code_is_given_once() -> None:
    codes = Counter(path.stem[:6] for path in MODULES)

    assert [code for code, times in codes.items() if times > 1] == []


def test_a_family_has_a_folder_of_its_own() -> None:
    folders = {(path.stem[:3], path.parent.name) for path in MODULES}

    assert len(folders) == len({family for family, _ in folders}) == len({folder for _, folder in folders})


@pytest.mark.parametrize("path", MODULES, ids=_shown)
def test_a_rule_names_what_is_wrong(path: Path) -> None:
    match = STEM.fullmatch(path.stem)

    assert match is not None
    assert not match["name"].startswith(REMEDIES)


@pytest.mark.parametrize("path", PAGES, ids=_shown)
def test_a_page_has_its_shape(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    page = read_page(text)

    assert tuple(page.sections) == SECTIONS
    assert page.bad
    assert page.good
    assert not page.title.endswith(".")
    assert text.count("```") == 2 * sum(len(folder.files) + bool(folder.settings) for folder in page.bad + page.good), (
        "a block outside"
    )


@pytest.mark.parametrize("path", PAGES, ids=_shown)
def test_a_sentence_of_a_page_is_one_line(path: Path) -> None:
    """So that a change of one sentence is a change of one line."""
    for heading, body in read_page(path.read_text(encoding="utf-8")).sections.items():
        prose = re.sub(r"^```.*?^```$", "", body, flags=re.MULTILINE | re.DOTALL)
        for line in prose.splitlines():
            assert not re.search(r"[a-z]{2}\. [A-Z]", line), f"{heading}: {line}"


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)
def test_a_rule_has_a_level_and_one_function(rule: Rule) -> None:
    module = import_module(rule.module)
    public = [name for name, value in inspect.getmembers(module, inspect.isfunction) if _own(module, name, value)]

    assert isinstance(module.LEVEL, Level)
    assert public in (["check"], ["judge"], ["read"], ["judge", "read"], ["review"], ["measure"])
    kinds = ("check", "read", "judge", "review", "measure")
    assert [getattr(rule, name) for name in kinds] == [getattr(module, name, None) for name in kinds]
    assert inspect.getdoc(module)
    assert inspect.getdoc(getattr(module, public[0]))


def _own(module: object, name: str, value: object) -> bool:
    return not name.startswith("_") and getattr(value, "__module__", "") == getattr(module, "__name__", None)


@pytest.mark.parametrize("path", MODULES + SHARED, ids=_shown)
def test_rules_do_no_input_or_output_and_do_not_see_each_other(path: Path) -> None:
    for name in _imports(path):
        ours = name == "seatrial.errors" or name.startswith(("seatrial.model", "seatrial.rules"))
        loading = path.name in LOADING and name in {"importlib", "pkgutil", "seatrial.rules"}
        assert ours or loading or name.split(".")[0] in ALLOWED, f"imports {name}"
        assert not STEM.fullmatch(name.rpartition(".")[2]), f"imports the rule {name}"
    assert "import Path\n" not in path.read_text(encoding="utf-8"), "a PurePosixPath has no files behind it"
    assert not re.search(r"\bopen\(|\.read_bytes\(|\.now\(|\.today\(", path.read_text(encoding="utf-8"))
    assert path.name in LOADING or ".read_text(" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", MODULES + SHARED, ids=_shown)
def test_a_module_fits_on_a_screen_or_three(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 150


def test_no_other_file_names_a_rule() -> None:
    """A list of rules would be edited by everybody who adds one, and drift."""
    known = {rule.code for rule in rules()}
    for path in SHARED:
        named = set(re.findall(r"\b[A-Z]{3}\d{3}\b", path.read_text(encoding="utf-8"))) & known
        # The module that describes the form of a page takes some rule for its example.
        assert path.name in {"page.py", "registry.py"} or not named, f"{_shown(path)} names {named}"
