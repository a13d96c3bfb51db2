"""The checks of javascript/*.mjs, made by the real supabase-js on Node: one test each."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.hub.clients.people import tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parent / "javascript"
INSTALLED = Path(__file__).parents[3] / ".venv" / "supabase-js" / "node_modules"
SCRIPTS = "\n".join(path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.mjs")))
NAMES = re.findall(r'^await check\("([^"]+)"', SCRIPTS, re.MULTILINE) + [
    f"{who} {may} create, update and delete integrations"
    for who, may in [("olga", "may"), ("ada", "may"), ("max", "may not"), ("vera", "may not"), ("sam", "may not"),
                     ("nobody", "may not")]
]  # fmt: skip
#: Seconds; all of it takes about five.
PATIENCE = 120
#: Lists the methods of what `from(…).select()` gives, its own and inherited ones.
METHODS = """
const { createClient } = require("node:module").createRequire(`${process.env.SUPABASE_JS}/`)("@supabase/supabase-js");
const client = createClient("http://127.0.0.1", "key", { realtime: { transport: class {} } });
const methods = [];
let kind = client.from("a").select();
while ((kind = Object.getPrototypeOf(kind)) !== Object.prototype) methods.push(...Object.getOwnPropertyNames(kind));
console.log(JSON.stringify(methods));
process.exit(0);
"""


@pytest.fixture(scope="session")
def node(supabase_js: Path) -> Mapping[str, str]:
    """The environment that a script of Node gets."""
    return {"PATH": os.environ["PATH"], "SUPABASE_JS": str(supabase_js), "NO_COLOR": "1"}


@pytest.fixture(scope="session")
def supabase_js() -> Path:
    """Where install-supabase-js.sh puts it, or SUPABASE_JS."""
    folder = Path(os.environ.get("SUPABASE_JS", INSTALLED))
    if not folder.is_dir() or shutil.which("node") is None:
        pytest.skip("supabase-js is not installed")
    return folder


@pytest.fixture(scope="session")
def checked(node: Mapping[str, str], javascript_hub: str) -> Mapping[str, str | None]:
    """What became of each check: nothing, or why it failed."""
    environment = {**node, "HUB": javascript_hub, "TOKENS": json.dumps(tokens())}
    ended = subprocess.run(
        ["node", str(FOLDER / "all.mjs")], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return {each["name"]: each["failure"] for each in map(json.loads, ended.stdout.splitlines())}


@pytest.mark.parametrize("name", NAMES)
def test_check(name: str, checked: Mapping[str, str | None]) -> None:
    assert checked[name] is None, checked[name]


def test_no_check_is_made_without_a_test(checked: Mapping[str, str | None]) -> None:
    assert sorted(checked) == sorted(NAMES)


def test_every_method_of_a_query_is_checked(node: Mapping[str, str]) -> None:
    listed = subprocess.run(
        ["node", "-e", METHODS], env=dict(node), capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    methods = set(json.loads(listed.stdout)) - {"constructor", "then", "processResponse"}

    assert {"eq", "textSearch", "maybeSingle", "throwOnError"} <= methods
    assert [name for name in sorted(methods) if f".{name}(" not in SCRIPTS] == []
