"""`[[notify]]`: what is missing, misplaced or a secret in a file is an error that says so, and shows no value."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from seatrial.errors import CannotRun
from seatrial.model.notification import Event
from seatrial.project.release import read_release
from seatrial.project.settings import Settings, read_settings

if TYPE_CHECKING:
    from pathlib import Path

MAIL = 'kind = "email"\nhost = "mail.example"\nfrom = "a@example.com"\nto = ["b@example.com"]\n'
WEB = 'kind = "slack"\nurl = "env(SLACK_URL)"\n'


def read(folder: Path, text: str) -> Settings:
    path = folder / "seatrial.toml"
    path.write_text(f"[[notify]]\n{text}", encoding="utf-8")
    return read_settings(path)


def test_what_is_not_said_has_the_usual_values(tmp_path: Path) -> None:
    [slack] = read(tmp_path, WEB).notify
    assert set(slack.events) == set(Event) - {Event.TEST}, "whoever is told of everything is told of the watch too"
    [mail] = read(tmp_path, MAIL).notify
    assert (mail.tls, mail.server_port, mail.sender) == ("starttls", 587, "a@example.com")
    assert read(tmp_path, MAIL + 'tls = "ssl"').notify[0].server_port == 465
    assert read(tmp_path, MAIL + 'tls = "none"').notify[0].server_port == 25
    assert read(tmp_path, MAIL + "port = 2525").notify[0].server_port == 2525


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('kind = "pigeon"', "'webhook', 'slack' or 'email'"),
        ('kind = "slack"', "is a secret"),
        ('kind = "slack"\nurl = "https://hooks.slack.com/s3cr3t"', "is a secret"),
        ('kind = "webhook"\nurl = "https://env(URL)/s3cr3t"', "is a secret"),
        (f'{WEB}host = "h"', "host is for e-mail"),
        (f'{WEB}from = "a@example.com"', "from is for e-mail"),
        (f"{WEB}events = []", "at least 1"),
        (f'{WEB}events = ["test"]', "'started'"),
        (f'{WEB}channel = "x"', "no such setting"),
        (f'{MAIL}url = "env(X)"', "has no url"),
        ('kind = "email"\nhost = "h"\nfrom = "a@example.com"', "needs host, from and to"),
        (MAIL.replace("b@example.com", "b"), "one address"),
        (MAIL.replace("b@example.com", "B <b@example.com>"), "one address"),
        (MAIL.replace("a@example.com", "a@example.com\\nBcc: c@example.com"), "one address"),
        (f'{MAIL}username = "u"\npassword = "s3cr3t"', "is not written here"),
        (f'{MAIL}username = "u"', "both username and password"),
        (f'{MAIL}password = "env(X)"', "both username and password"),
        (f'{MAIL}username = "u"\npassword = "env(X)"\ntls = "none"', "could read the password"),
        (f"{MAIL}port = 0", "greater than"),
    ],
)
def test_what_cannot_be_used_is_said_with_its_place_and_without_its_value(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(CannotRun) as caught:
        read(tmp_path, text)
    assert caught.value.code == "settings.invalid"
    assert "notify.0" in caught.value.where
    assert why in caught.value.why
    assert "s3cr3t" not in str(caught.value.as_record())


def test_whoever_is_told_is_no_part_of_what_is_deployed(tmp_path: Path) -> None:
    """A plan stays good when somebody joins the team."""
    (tmp_path / "supabase/migrations").mkdir(parents=True)
    (tmp_path / "supabase/migrations/20250101000000_a.sql").write_text("SELECT 1;", encoding="utf-8")
    path = tmp_path / "seatrial.toml"
    path.write_text('[project]\nname = "x"\n', encoding="utf-8")
    before = read_release(tmp_path).settings
    path.write_text(f'[project]\nname = "x"\nreport_url = "https://r"\n[[notify]]\n{WEB}', encoding="utf-8")
    assert read_release(tmp_path).settings == before
    path.write_text('[project]\nname = "y"\n', encoding="utf-8")
    assert read_release(tmp_path).settings != before
    path.write_text("", encoding="utf-8")
    assert read_release(tmp_path).settings == hashlib.sha256(b"{}").hexdigest()
