"""A password is printed nowhere: not on either stream, not as JSON, not in a command to copy, not in a fault."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from tests.acceptance.release import BOATS, CREW

from seatrial.pg.database import set_password
from seatrial.scratch.server import DEPLOYER, scratch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.acceptance.console import Answer, Console, Program
    from tests.acceptance.release import Release

    from seatrial.scratch.server import Server

#: Parts that survive where a password is cut at its special characters.
SECRET = "s3cr3t@w0rd/p4ss"
PARTS = ("s3cr3t", "w0rd", "p4ss")


def keeps_quiet(answer: Answer) -> None:
    said = answer.said
    for part in PARTS:
        assert part not in said


@pytest.fixture(scope="module")
def secret_server() -> Iterator[Server]:
    """A server behind a port, whose deployer has the password."""
    with scratch("supabase", tcp=True) as running:
        with running.superuser() as connection:
            set_password(connection, DEPLOYER, SECRET)
        yield running


@pytest.fixture
def port(secret_server: Server) -> str:
    found = re.search(r":(\d+)/", secret_server.dsn())
    assert found
    return found[1]


def forms(port: str, password: str, database: str = "postgres") -> dict[str, str]:
    """The ways in which a DSN carries a password."""
    escaped = quote(password, safe="")
    return {
        "uri": f"postgresql://postgres:{escaped}@127.0.0.1:{port}/{database}",
        "uri with a parameter": f"postgresql://postgres@127.0.0.1:{port}/{database}?password={escaped}",
        "key=value": f"host=127.0.0.1 port={port} user=postgres dbname={database} password='{password}'",
    }


FORMS = ["uri", "uri with a parameter", "key=value"]
COMMANDS = (
    ("status",),
    ("deploy", "--yes", "postgres"),
    ("verify",),
    ("repair", "20250301000000", "--status=applied", "--yes", "postgres"),
)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("words", COMMANDS, ids=[words[0] for words in COMMANDS])
def test_a_wrong_password_is_not_shown(
    words: tuple[str, ...], form: str, release: Release, seatrial: Console, port: str
) -> None:
    release.add(BOATS)
    dsn = forms(port, f"{SECRET} and wrong")[form]
    for output in ("text", "json"):
        answer = seatrial(*words, "--target", dsn, "--format", output, code=2)
        keeps_quiet(answer)
        error = answer.json["error"] if output == "json" else answer.error
        assert error["code"] == "target.login-refused"
        assert error["where"] == f"postgres@127.0.0.1:{port}/postgres"
        assert "password authentication failed" in error["why"]
        assert "PGPASSWORD" in error["fix"]


@pytest.mark.parametrize("form", FORMS)
def test_a_right_password_is_not_shown_by_anything_that_works_or_fails(
    form: str, release: Release, seatrial: Console, secret_server: Server, port: str
) -> None:
    """Over a whole life: dry run, deployment, failure, disagreement; also where the next command is given."""
    database = f"quiet_{FORMS.index(form)}"
    secret_server.clone(database)
    dsn = forms(port, SECRET, database)[form]
    release.add(BOATS)
    for output in ("text", "json"):
        for words in (
            ("status",),
            ("deploy", "--dry-run"),
            ("deploy",),
            ("deploy", "--yes", database),
            ("status",),
            ("verify",),
            ("rehearse",),
        ):
            option = "--from" if words == ("rehearse",) else "--target"
            answer = seatrial(*words, option, dsn, "--format", output)
            keeps_quiet(answer)
            # Nobody is there to be asked, unless there is nothing to ask.
            assert answer.code == (2 if words == ("deploy",) and output == "text" else 0), answer.said
    release.add({next(iter(CREW)): "SELECT 1 / 0;"})
    keeps_quiet(seatrial("deploy", "--target", dsn, "--yes", database, "--unrehearsed", code=1))
    release.remove(*BOATS)
    keeps_quiet(seatrial("deploy", "--target", dsn, "--yes", database, "--unrehearsed", code=1))
    keeps_quiet(seatrial("status", "--target", dsn, code=1))


@pytest.mark.parametrize(
    "dsn",
    [
        # A password that nobody escaped ends early, and its rest is taken for a host, a port or a database.
        pytest.param(f"postgresql://postgres:{SECRET}@127.0.0.1:5432/app", id="not escaped"),
        pytest.param("postgresql://postgres:s3cr3t/w0rd@127.0.0.1:5432/app", id="slash in the password"),
        pytest.param("postgresql://postgres:s3cr3t@w0rd@127.0.0.1:5432/app", id="at sign in the password"),
        pytest.param("postgresql://postgres:s3cr3t%zz@127.0.0.1:5432/app", id="bad percent sign"),
        pytest.param("postgresql://postgres:s3cr3t@127.0.0.1:5432:w0rd/app", id="two ports"),
        pytest.param("postgresql://postgres:s3cr3t@127.0.0.1:p4ss/app", id="port of letters"),
        pytest.param("postgresql://postgres:s3cr3t@[::1/app", id="bracket"),
        pytest.param("postgresql://postgres:s3cr3t@127.0.0.1/app?w0rd", id="parameter without a value"),
        pytest.param("postgres:s3cr3t@127.0.0.1:5432/app", id="without its scheme"),
        pytest.param("mysql://root:s3cr3t@127.0.0.1/app", id="another scheme"),
        pytest.param("host=127.0.0.1 user=postgres password=s3cr3t w0rd", id="space in the password"),
        pytest.param("host=127.0.0.1 user=postgres password='s3cr3t", id="quote that never closes"),
        pytest.param("host=127.0.0.1 user=postgres pasword=s3cr3t", id="misspelt key"),
    ],
)
@pytest.mark.parametrize("command", ["status", "deploy"])
def test_a_dsn_that_cannot_be_read_is_not_shown(command: str, dsn: str, release: Release, seatrial: Console) -> None:
    release.add(BOATS)
    for output in ("text", "json"):
        answer = seatrial(command, "--target", dsn, "--format", output, code=2)
        keeps_quiet(answer)
        error = answer.json["error"] if output == "json" else answer.error
        assert error["code"] in {"target.bad-dsn", "target.bad-name"}
        assert error["fix"]


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("check", "postgresql://postgres:s3cr3t@127.0.0.1/app"), id="for a folder"),
        pytest.param(("status", "postgresql://postgres:s3cr3t@127.0.0.1/app", "--target", "x"), id="for a folder too"),
        pytest.param(
            ("link", "postgresql://postgres:s3cr3t@127.0.0.1/app", "--dsn-env", "X"), id="for a target's name"
        ),
        pytest.param(("link", "x", "--dsn-env", "postgresql://postgres:s3cr3t@127.0.0.1/app"), id="for a variable"),
        pytest.param(("link", "x", "--project-ref", "postgresql://u:s3cr3t@127.0.0.1/app"), id="for a reference"),
        pytest.param(
            ("link", "x", "--project-ref", "a" * 20, "--pooler", "postgresql://u:s3cr3t@pooler.invalid:5432/postgres"),
            id="with the pooler",
        ),
        pytest.param(
            ("repair", "postgresql://u:s3cr3t@h/d", "--status", "applied", "--target", "x", "--yes", "x"),
            id="for a version",
        ),
    ],
)
def test_a_dsn_in_a_wrong_place_is_not_shown(words: tuple[str, ...], release: Release, seatrial: Console) -> None:
    release.add(BOATS)
    for output in ("text", "json"):
        answer = seatrial(*words, "--format", output, code=2)
        keeps_quiet(answer)
    assert not (release.root / "seatrial.toml").exists()


def test_a_dsn_in_the_settings_is_not_shown_when_the_settings_are_wrong(release: Release, seatrial: Console) -> None:
    release.add(BOATS)
    dsn = 'dsn = "postgresql://postgres:s3cr3t@127.0.0.1/app"'
    for text in (
        f"[targets.x]\n{dsn}\nw0rd_is_no_key = 1\n",
        f"[targets.x]\n{dsn}\n{dsn}\n",
        f"[targets.x]\n{dsn} p4ss\n",
    ):
        release.write("seatrial.toml", text)
        for command in (("check",), ("status", "--target", "x")):
            answer = seatrial(*command, code=2)
            assert "s3cr3t" not in answer.said
            assert answer.error["code"] in {"settings.invalid", "settings.unreadable"}


def test_the_password_of_a_scratch_is_only_in_the_dsn_that_it_prints(program: Program) -> None:
    with program.begin("scratch", "--tcp") as running:
        assert running.process.stdout is not None
        dsn = running.process.stdout.readline().strip()
        running.send(signal.SIGTERM)
        answer = running.end()
    found = re.fullmatch(r"postgresql://postgres:([^@]+)@127\.0\.0\.1:\d+/postgres", dsn)
    assert found
    assert found[1] not in answer.said
