"""A baseline makes on an empty platform what its target has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.postgres.ledger.folder import migration

from seatrial.catalog.compare import compare
from seatrial.pg.connection import connect
from seatrial.pg.statement import execute_script
from seatrial.sql.parse import parse
from seatrial.standin.baseline import baseline, made_by
from seatrial.standin.definitions import present_on
from seatrial.standin.lay import lay
from seatrial.standin.read import read_target

if TYPE_CHECKING:
    from tests.postgres.standin.harbour import Harbour

    from seatrial.model.catalog import Difference
    from seatrial.model.standin import Definition, Picture


def test_the_shipped_release_written_as_one_file(shipped: Harbour, bare: Harbour) -> None:
    picture = _picture(shipped)
    text = baseline(picture, _present(bare))
    with connect(bare.dsn()) as connection:
        execute_script(connection, text)

    assert {one.kind for one in compare(picture.catalog, bare.catalog())} <= {"cron job"}
    assert text.startswith("-- What shipped has")
    assert not re.search(r"auth\.users \(|CREATE ROLE|schema_migrations|\n\n\n", text)


def test_one_of_everything_written_as_one_file(newer: Harbour, bare: Harbour) -> None:
    """By a superuser, as nobody else may make all of it; roles are there already."""
    picture = _picture(newer)
    for role in ("team", "deployer", "reporter"):
        bare.run(f"DO $$ BEGIN CREATE ROLE {role}; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
    text = baseline(picture, _present(bare))
    bare.run(text)

    assert [one for one in compare(picture.catalog, bare.catalog()) if not _is_left_out(one)] == []


def test_of_a_stand_in_there_is_nothing_left_to_write(shipped: Harbour, bare: Harbour) -> None:
    picture = _picture(shipped)
    lay(picture, bare.server, bare.database)

    assert baseline(picture, _present(bare)) == ""


def test_what_the_folder_makes_is_left_to_it(newer: Harbour, bare: Harbour) -> None:
    newer.server.clone("partly")
    target = type(newer)(server=newer.server, database="partly")
    target.run(
        "CREATE TABLE public.customers (id integer PRIMARY KEY, email text, score integer, "
        "CONSTRAINT scored CHECK (score > 0)); "
        "CREATE INDEX customers_email ON public.customers (email); CREATE TABLE public.orders (id integer); "
        "ALTER TABLE public.customers ENABLE ROW LEVEL SECURITY; CREATE POLICY mine ON public.customers USING (true); "
        "CREATE POLICY mine ON public.orders USING (true); COMMENT ON TABLE public.orders IS 'Of customers'",
        role="postgres",
    )
    folder = migration(
        "1",
        "CREATE TABLE orders (id integer); ALTER TABLE public.customers ADD COLUMN score integer; "
        "ALTER TABLE customers ADD CONSTRAINT scored CHECK (score > 0); CREATE POLICY mine ON orders USING (true); "
        "CREATE INDEX customers_email ON customers (email); COMMENT ON TABLE orders IS 'Of customers'",
    )
    picture = _picture(target)
    text = baseline(picture, _present(bare), made_by(folder.script.statements, picture.definitions))
    newer.server.drop("partly")

    with connect(bare.dsn()) as connection:
        execute_script(connection, text)
        execute_script(connection, folder.script.source.text)
    assert compare(picture.catalog, bare.catalog()) == ()
    assert "orders" not in text
    assert parse(folder.script.source).fault is None


def _picture(target: Harbour) -> Picture:
    with connect(target.dsn(), read_only=True) as connection:
        return read_target(connection)


def _present(bare: Harbour) -> tuple[Definition, ...]:
    with bare.server.superuser(bare.database) as connection:
        return present_on(connection)


def _is_left_out(one: Difference) -> bool:
    """What the role that deploys may not say, states that only the catalogs know, and what is the platform's."""
    return (
        one.kind == "default privileges"
        or one.fact in {"owner", "valid", "enforced"}
        or one.fact.startswith("grants to")
        or ("auth.users" in one.name and "nick" in one.name)
    )
