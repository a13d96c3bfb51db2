"""A target behind SSL: what libpq checks is checked, and an error says where, why, and what to do."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.certificates import Certificates, certificates
from tests.acceptance.console import wait_until
from tests.acceptance.release import BOATS

from seatrial.errors import CannotConnect
from seatrial.pg.connection import connect, rows
from seatrial.pg.database import set_password
from seatrial.scratch.server import DEPLOYER, scratch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.acceptance.console import Console
    from tests.acceptance.release import Release

    from seatrial.scratch.installation import Installation
    from seatrial.scratch.server import Server

PASSWORD = "s3cr3t"


@dataclass(frozen=True, slots=True, kw_only=True)
class Encrypted:
    """A server with SSL, and what it shows."""

    server: Server
    made: Certificates
    port: str

    def dsn(self, host: str = "localhost", password: str = PASSWORD, **parameters: object) -> str:
        """A DSN with what is wanted of the encryption."""
        wanted = "&".join(f"{name}={value}" for name, value in parameters.items())
        return f"postgresql://postgres:{password}@{host}:{self.port}/postgres?{wanted}"


@pytest.fixture(scope="module")
def encrypted(second_installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Encrypted]:
    """Debian's server: the embedded one knows no SSL."""
    with scratch("supabase", tcp=True, installation=second_installation) as server:
        made = certificates(tmp_path_factory.mktemp("encrypted") / "tls")
        show(server, made)
        with server.superuser() as connection:
            set_password(connection, DEPLOYER, PASSWORD)
        found = re.search(r":(\d+)/", server.dsn())
        assert found
        yield Encrypted(server=server, made=made, port=found[1])


def show(server: Server, made: Certificates) -> None:
    """Have a server show a certificate to whoever comes next."""
    with server.superuser() as connection:
        [row] = rows(connection, "SELECT current_setting('data_directory') AS folder, pg_conf_load_time() AS loaded")
        owner = Path(row["folder"], "PG_VERSION").stat()
        for source, name in ((made.certificate, "server.crt"), (made.key, "server.key")):
            place = Path(row["folder"], name)
            place.touch(mode=0o600)
            place.write_bytes(source.read_bytes())
            if os.geteuid() == 0:
                os.chown(place, owner.st_uid, owner.st_gid)
        connection.execute("ALTER SYSTEM SET ssl = on")
        connection.execute("SELECT pg_reload_conf()")
        wait_until(
            lambda: rows(connection, "SELECT pg_conf_load_time() > %s AS read", [row["loaded"]])[0]["read"],
            "the server reads its settings",
        )


def refused(dsn: str) -> CannotConnect:
    with pytest.raises(CannotConnect) as caught:
        connect(dsn).close()
    error = caught.value
    assert PASSWORD not in str(error.as_record())
    assert error.code == "target.ssl"
    return error


@pytest.mark.second_server
def test_verify_full_works_with_the_authority_that_has_signed(encrypted: Encrypted) -> None:
    dsn = encrypted.dsn(sslmode="verify-full", sslrootcert=encrypted.made.authority)
    with connect(dsn) as connection:
        [row] = rows(connection, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    assert row["ssl"] is True


@pytest.mark.second_server
def test_what_the_environment_says_counts_as_well(encrypted: Encrypted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    monkeypatch.setenv("PGSSLROOTCERT", str(encrypted.made.authority))
    connect(encrypted.dsn()).close()
    assert "does not match host name" in refused(encrypted.dsn("127.0.0.1")).why


@pytest.mark.second_server
def test_another_name_than_that_of_the_certificate_is_refused(encrypted: Encrypted) -> None:
    error = refused(encrypted.dsn("127.0.0.1", sslmode="verify-full", sslrootcert=encrypted.made.authority))
    assert error.where == f"postgres@127.0.0.1:{encrypted.port}/postgres"
    assert 'does not match host name "127.0.0.1"' in error.why
    assert "a name that is in the certificate" in error.fix
    # As the fix says.
    dsn = encrypted.dsn(sslmode="verify-full", sslrootcert=encrypted.made.authority, hostaddr="127.0.0.1")
    connect(dsn).close()


@pytest.mark.second_server
@pytest.mark.parametrize("mode", ["verify-ca", "verify-full"])
@pytest.mark.parametrize("name", ["another authority", "an authority"])
def test_an_authority_that_has_not_signed_is_refused(
    encrypted: Encrypted, mode: str, name: str, tmp_path: Path
) -> None:
    other = certificates(tmp_path / "other", by=name).authority
    error = refused(encrypted.dsn(sslmode=mode, sslrootcert=other))
    assert "the authority that signed the server's as sslrootcert" in error.fix


@pytest.mark.second_server
def test_whom_to_trust_has_to_be_said(encrypted: Encrypted, tmp_path: Path) -> None:
    error = refused(encrypted.dsn(sslmode="verify-full", sslrootcert=tmp_path / "nothing.crt"))
    assert "root certificate file" in error.why
    assert "say whom to trust" in error.fix


@pytest.mark.second_server
def test_a_certificate_that_is_over_is_refused(encrypted: Encrypted, tmp_path: Path) -> None:
    over = certificates(tmp_path / "over", days=-1)
    show(encrypted.server, over)
    try:
        error = refused(encrypted.dsn(sslmode="verify-full", sslrootcert=over.authority))
    finally:
        show(encrypted.server, encrypted.made)
    assert "expired" in error.fix


@pytest.mark.second_server
def test_a_wrong_password_is_no_matter_of_encryption(encrypted: Encrypted) -> None:
    with pytest.raises(CannotConnect) as caught:
        connect(encrypted.dsn(password="wr0ng", sslmode="require"))
    assert caught.value.code == "target.login-refused"


@pytest.mark.second_server
def test_a_key_that_others_can_read_is_said(encrypted: Encrypted, tmp_path: Path) -> None:
    own = certificates(tmp_path / "own")
    own.key.chmod(0o644)
    error = refused(encrypted.dsn(sslmode="require", sslcert=own.certificate, sslkey=own.key))
    assert "private key file" in error.why
    assert "chmod 600" in error.fix


@pytest.mark.second_server
def test_the_command_shows_where_why_and_what_to_do(
    encrypted: Encrypted, release: Release, seatrial: Console, tmp_path: Path
) -> None:
    release.add(BOATS)
    right = encrypted.dsn(sslmode="verify-full", sslrootcert=encrypted.made.authority)
    seatrial("status", "--target", right, code=0)
    other = certificates(tmp_path / "other").authority
    answer = seatrial("status", "--target", encrypted.dsn(sslmode="verify-full", sslrootcert=other), code=2)
    assert answer.error["code"] == "target.ssl"
    assert answer.error["where"]
    assert answer.error["why"]
    assert answer.error["fix"]
    assert PASSWORD not in answer.said


def test_a_server_without_encryption_is_refused_where_it_is_asked_for() -> None:
    with scratch("supabase", tcp=True) as server:
        dsn = server.dsn()
        connect(dsn).close()
        for mode in ("require", "verify-full"):
            with pytest.raises(CannotConnect) as caught:
                connect(
                    f"{dsn}?sslmode={mode}&sslrootcert=system" if mode == "verify-full" else f"{dsn}?sslmode={mode}"
                )
            assert caught.value.code == "target.ssl"
            assert "does not support SSL" in caught.value.why
            assert "ssl = on" in caught.value.fix


def test_a_mode_that_does_not_exist_is_said() -> None:
    with pytest.raises(CannotConnect) as caught:
        connect("postgresql://postgres@localhost/postgres?sslmode=wrong")
    assert caught.value.code == "target.ssl"
    assert "sslmode" in caught.value.fix
