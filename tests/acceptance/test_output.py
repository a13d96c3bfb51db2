"""What goes where: the result on standard output, progress beside it, one JSON shape, colour for terminals only."""

from __future__ import annotations

import json
import logging
import os
import pty
import re
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer
from tests.acceptance.release import BOATS, CREW

from seatrial import __version__
from seatrial.cli.session import Format, Progress, ask, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.acceptance.console import Console, Program
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

    from seatrial.model.outcome import Outcome

[FIRST] = BOATS
V1 = "20250301000000"
ESCAPE = "\x1b"
KEYS = {"ok", "exit_code", "command", "summary", "next", "result", "error"}
ERROR_KEYS = {"code", "what", "where", "why", "fix"}

#: Command → words of a run that works, words of one that cannot.
COMMANDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "check": (("check",), ("check", "nowhere")),
    "rehearse": (("rehearse",), ("rehearse", "nowhere")),
    "deploy": (("deploy", "--target", "here", "--yes", "here", "--unrehearsed"), ("deploy", "--target", "nowhere")),
    "deploy, a dry run": (("deploy", "--target", "here", "--dry-run"), ("deploy", "--target", "here", "nowhere")),
    "verify": (("verify", "--target", "here"), ("verify", "--target", "nowhere")),
    "status": (("status", "--target", "here"), ("status", "--target", "nowhere")),
    "new": (("new", "more"), ("new", "…")),
    "link": (("link", "there", "--dsn-env", "THERE"), ("link", "here", "--dsn-env", "THERE")),
    "repair": (
        ("repair", V1, "--status", "applied", "--target", "here", "--yes", "here"),
        ("repair", V1, "--status", "applied", "--target", "here"),
    ),
}


@pytest.fixture
def here(release: Release, target: Target, monkeypatch: pytest.MonkeyPatch) -> Target:
    """A folder with one file, and the target `here`."""
    release.add(BOATS)
    release.write("seatrial.toml", '[targets.here]\ndsn = "env(HERE)"\n')
    monkeypatch.setenv("HERE", target.dsn)
    return target


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS.keys())
def test_every_command_answers_in_one_json_shape(
    words: tuple[tuple[str, ...], tuple[str, ...]], seatrial: Console
) -> None:
    works, fails = words
    if works[0] == "verify":
        seatrial("deploy", "--target", "here", "--yes", "here", "--unrehearsed", code=0)
    good = seatrial(*works, "--format", "json", code=0).json
    assert good.keys() == KEYS
    assert (good["ok"], good["exit_code"], good["command"]) == (True, 0, works[0])
    assert good["summary"]
    assert isinstance(good["next"], list)
    assert isinstance(good["result"], dict)
    assert good["error"] is None

    bad = seatrial(*fails, "--format", "json")
    assert bad.code in {1, 2}
    assert bad.json.keys() == KEYS
    assert (bad.json["ok"], bad.json["exit_code"], bad.json["command"]) == (False, bad.code, works[0])
    assert bad.json["result"] is None
    assert bad.json["error"].keys() == ERROR_KEYS
    assert bad.json["summary"] == bad.json["error"]["what"]
    assert bad.json["error"]["fix"], "every error says what to do next"


@pytest.mark.usefixtures("here")
def test_an_answer_that_is_no_has_its_result_in_the_same_shape(release: Release, seatrial: Console) -> None:
    release.add({FIRST: "SELECT 1 / 0;"})
    for words in (("rehearse",), ("deploy", "--target", "here", "--yes", "here", "--unrehearsed")):
        document = seatrial(*words, "--format", "json", code=1).json
        assert document.keys() == KEYS
        assert (document["ok"], document["error"]) == (False, None)
        assert document["result"]["execution"]["failure"]["sqlstate"] == "22012"


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("form", ["text", "json"])
def test_only_the_result_is_on_standard_output(form: str, program: Program) -> None:
    """In a process of its own, whose streams are really two."""
    for words in (
        ("check",),
        ("rehearse",),
        ("deploy", "--yes", "here", "--unrehearsed"),
        ("status",),
        ("verify",),
        ("deploy",),
    ):
        target = () if words[0] in {"check", "rehearse"} else ("--target", "here")
        answer = program(*words, *target, "--format", form, code=0)
        assert " ... " not in answer.out
        if form == "json":
            assert json.loads(answer.out)["ok"] is True
        else:
            assert answer.lines[-1].startswith("✓ ")
        assert ("boats ... ok" in answer.err) == (
            words in {("rehearse",), ("deploy", "--yes", "here", "--unrehearsed")}
        )


@pytest.mark.usefixtures("here")
def test_errors_are_on_standard_error_as_text_and_on_standard_output_as_json(program: Program) -> None:
    text = program("status", "--target", "nowhere", code=2)
    assert text.out == ""
    assert text.err.splitlines()[-1] == "✗ target.unknown: no target is named 'nowhere'."
    answer = program("status", "--target", "nowhere", "--format", "json", code=2)
    assert answer.json["error"]["code"] == "target.unknown"
    assert answer.err == ""


def test_failures_come_first_and_the_answer_last(release: Release, seatrial: Console) -> None:
    release.add({FIRST: "", "20250301000100_bad.sql": "SELEC 1;", "notes.txt": "words"})
    lines = seatrial("check", code=1).lines
    levels = [word for line in lines for word in line.split()[1:2] if word in {"blocks", "warns", "informs"}]
    assert levels == sorted(levels)
    assert levels[0] == "blocks"
    assert lines[-1].startswith("✗ 3 files, ")
    assert lines[-1].endswith(".")


# Terminals --------------------------------------------------------------------------------------------------


def in_terminal(program: Program, *words: str, typed: str = "", **environment: str) -> tuple[int, str]:
    """Run the program with a terminal on all three streams; returns its exit code and all that was shown."""
    ours, theirs = pty.openpty()
    environment = program.environment | {"TERM": "xterm-256color"} | environment
    command = [str(program.path), *words]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        shown = b""
        while chunk := _read(ours):
            shown += chunk
            if typed and b"to go on: " in shown:
                os.write(ours, f"{typed}\n".encode())
                typed = ""
    os.close(ours)
    return process.returncode, shown.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:
        # How Linux says that the other side is closed.
        return b""


def test_colour_is_for_terminals(release: Release, program: Program) -> None:
    release.add({FIRST: "SELEC 1;"})
    for form in ("text", "json"):
        answer = program("check", "--format", form, code=1)
        assert ESCAPE not in answer.said
    code, shown = in_terminal(program, "check")
    assert code == 1
    assert f"{ESCAPE}[" in shown
    # The same words, with and without.
    plain = re.sub(rf"{ESCAPE}\[[0-9;]*m", "", shown)
    assert plain == program("check", code=1).out
    assert program("check", code=1, TERM="xterm-256color").out == plain


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_colour_can_be_declined(environment: dict[str, str], release: Release, program: Program) -> None:
    release.add({FIRST: "SELEC 1;"})
    code, shown = in_terminal(program, "check", **environment)
    assert code == 1
    assert not re.search(rf"{ESCAPE}\[[0-9;]*3[0-9]", shown)


@pytest.mark.parametrize("command", ["deploy", "repair"])
def test_a_person_types_the_name_of_the_target(command: str, program: Program, here: Target) -> None:
    words = {"deploy": ("deploy",), "repair": ("repair", V1, "--status", "applied")}[command]
    database = here.value("SELECT current_database()")
    for typed in ("production", "y", " "):
        with here.untouched():
            code, shown = in_terminal(program, *words, "--target", "here", typed=typed)
        assert code == 1
        assert "ask.refused" in shown
        assert "nothing was done" in shown
        # What is going to happen, and where, is said before.
        assert f"/{database}" in shown.split("to go on")[0]
        assert V1 in shown.split("to go on")[0]

    code, shown = in_terminal(program, *words, "--target", "here", typed="here")
    assert code == 0, shown
    assert here.versions() == [V1]


def test_a_terminal_that_closes_is_no_consent(program: Program, here: Target) -> None:
    with here.untouched():
        code, shown = in_terminal(program, "deploy", "--target", "here", typed="\x04")
    assert code == 1
    assert "ask.refused" in shown


class Leaving:
    """A person at the question who presses Ctrl-C."""

    def isatty(self) -> bool:
        """A terminal."""
        return True

    def readline(self) -> str:
        """Nothing is typed."""
        raise KeyboardInterrupt


def ended(flow: Callable[[], Outcome], capsys: pytest.CaptureFixture[str], command: str = "deploy") -> tuple[int, str]:
    """The exit code of a command with this flow, and what was shown on standard error."""
    with pytest.raises(typer.Exit) as left:
        run(command, Format.TEXT, flow)
    return left.value.exit_code, capsys.readouterr().err


def test_ctrl_c_at_the_question_begins_a_line_and_says_that_nothing_was_done(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Leaving())

    def flow() -> Outcome:
        ask("production", [], yes=None)
        raise AssertionError

    code, shown = ended(flow, capsys)
    assert code == 130
    question, *_, last = shown.splitlines()
    assert question == "Type 'production' to go on: "
    assert last == "✗ ask.interrupted: interrupted; nothing was done."


@pytest.mark.parametrize(("command", "said"), [("deploy", ""), ("verify", "; nothing was done")])
def test_an_interruption_in_the_middle_of_a_line_begins_another(
    command: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def flow() -> Outcome:
        Progress().begin("looking at production")
        raise KeyboardInterrupt

    assert ended(flow, capsys, command) == (
        130,
        f"  looking at production ... \n    fix: run the command again\n✗ interrupted: interrupted{said}.\n",
    )


def test_the_driver_says_nothing_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    """For a second Ctrl-C it has a warning."""

    def flow() -> Outcome:
        logging.getLogger("psycopg").warning("query cancellation interrupted (KeyboardInterrupt): closing connection")
        raise KeyboardInterrupt

    assert "closing connection" not in ended(flow, capsys)[1]


# Surroundings ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_stream_that_cannot_take_our_letters_changes_no_answer(
    encoding: str, release: Release, program: Program
) -> None:
    release.add({FIRST: "-- ⛵\nCREATE TABLE public.boats ();\n"})
    answer = program("deploy", "--target", "here", "--yes", "here", "--unrehearsed", code=0, PYTHONIOENCODING=encoding)
    assert "Deployed: 1 migration" in answer.out
    release.add({"20250301000100_x.sql": "SELECT '⛵', nothing;"})
    answer = program("deploy", "--target", "here", "--yes", "here", "--unrehearsed", code=1, PYTHONIOENCODING=encoding)
    assert "42703" in answer.out
    document = program("status", "--target", "here", "--format", "json", code=0, PYTHONIOENCODING=encoding)
    assert document.json["ok"] is True


ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize("form", ["markdown", "github", "json", "sarif", "junit", "html"])
def test_a_document_has_the_same_bytes_on_every_machine(form: str, release: Release, program: Program) -> None:
    release.add({FIRST: "SELECT '⛵', nothing FROM public.boats;\n"})
    words = ("check", "--format", form)
    here = program(*words)
    assert program(*words, PYTHONIOENCODING="ascii").out == here.out
    assert program(*words, code=None, **ASCII).out == here.out
    assert form not in {"markdown", "github"} or "\\u" not in here.out


def test_progress_cannot_drive_a_terminal_or_a_runner(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress()
    progress.say("garbage\n::error::x \x1b[31m")
    progress.begin("looking at a\rb")
    progress.end("ok\n##[error]")
    assert capsys.readouterr().err == "garbage�::error::x �[31m\n  looking at a�b ... ok�##[error]\n"


def test_text_can_be_read_where_our_signs_cannot_be_shown(release: Release, program: Program) -> None:
    release.add({FIRST: "CREATE TABLE public.boats ();\n"})
    assert program("check", code=0, **ASCII).lines[-1].startswith("ok 1 file, 1 statement, ")
    assert program("check", "nowhere", code=2, **ASCII).err.splitlines()[-1].startswith("no release.no-folder: ")


def test_a_file_name_that_is_no_text_is_named_and_not_deployed(
    release: Release, program: Program, here: Target
) -> None:
    odd = os.fsencode(release.migrations) + b"/20250301000100_caf\xe9.sql"
    Path(os.fsdecode(odd)).write_text("CREATE TABLE public.never ();", encoding="utf-8")
    answer = program("check")
    assert answer.code == 1, answer.said
    assert "20250301000100_caf" in answer.out
    with here.untouched():
        refused = program("deploy", "--target", "here", "--yes", "here", "--unrehearsed")
    assert refused.code == 1, refused.said


def test_a_reader_that_goes_away_does_not_change_what_happened(
    release: Release, program: Program, here: Target
) -> None:
    """`seatrial deploy 2>&1 | head -0`: the exit code speaks of the database, not of the pipe."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [str(program.path), "deploy", "--target", "here", "--yes", "here", "--unrehearsed"]
    both = subprocess.run(
        command, stdout=writing, stderr=writing, stdin=subprocess.DEVNULL, env=program.environment, check=False
    )
    assert both.returncode == 0
    assert here.versions() == [V1]
    release.add(CREW)
    for form in ("text", "json"):
        done = subprocess.run(
            [*command, "--format", form],
            stdout=writing, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, env=program.environment,
            check=False, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
    os.close(writing)
    assert here.versions() == [V1, "20250301000100"]


def test_help_and_version(seatrial: Console) -> None:
    assert seatrial("--version", code=0).out == f"seatrial {__version__}\n"
    help_text = seatrial("--help", code=0).out
    for command in ("check", "rehearse", "deploy", "verify", "status", "new", "link", "repair", "scratch", "demo"):
        assert re.search(rf"^\W*{command} ", help_text, re.MULTILINE), command
        said: Any = seatrial(command, "--help", code=0)
        assert "Usage: " in said.out
    assert seatrial("no-such-command", code=2).out == ""


def test_the_next_command_is_one_that_can_be_run(release: Release, seatrial: Console, here: Target) -> None:
    """From check to verify by following what is offered, also where the folder is another one."""
    elsewhere = type(release)(root=release.root / "else where")
    elsewhere.add(BOATS)
    elsewhere.add(CREW)
    elsewhere.write("seatrial.toml", '[targets.here]\ndsn = "env(HERE)"\n')
    offered = "seatrial check 'else where'"
    for command in ("check", "rehearse", "deploy", "verify"):
        words = _words(offered)
        assert words[0] == command
        extra = {"rehearse": [], "check": []}.get(command, [] if "--target" in words else ["--target", "here"])
        answer = seatrial(*words, *extra, *(["--yes", "here", "--unrehearsed"] if command == "deploy" else []), code=0)
        lines = [line.removeprefix("next: ") for line in answer.lines if line.startswith("next: ")]
        offered = lines[0] if lines else ""
    assert here.versions() == [V1, "20250301000100"]


def _words(command: str) -> list[str]:
    program, *words = shlex.split(command)
    assert program == "seatrial"
    return words
