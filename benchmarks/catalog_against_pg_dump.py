"""Reading a whole schema as records, against `pg_dump -s` of the same sixty tables on the same server.

Both in turn: ours in this process on an open connection, pg_dump as a whole process, as a person would use it.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measured import Comparison, publish

from seatrial.catalog.read import read
from seatrial.pg.statement import execute_script
from seatrial.scratch.server import scratch

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 9
LIMIT = 1.0


def table(number: int) -> str:
    """One of everything that a table of a project has."""
    name = f"public.t{number}"
    columns = ", ".join(f"c{column} text NOT NULL DEFAULT 'x'" for column in range(10))
    return f"""
      CREATE TABLE {name} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, {columns}, CHECK (c1 <> c2));
      ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;
      CREATE INDEX ON {name} (c1) WHERE c2 = 'x'; CREATE INDEX ON {name} (lower(c3));
      CREATE POLICY a ON {name} FOR SELECT USING (c1 = current_user);
      CREATE POLICY b ON {name} FOR UPDATE USING (c1 = current_user) WITH CHECK (c2 IN (SELECT rolname FROM pg_roles));
      CREATE VIEW {name}v AS SELECT id, c1 FROM {name} WHERE c2 = 'x';
      CREATE FUNCTION {name}f() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM {name}';
      COMMENT ON TABLE {name} IS 'x'; GRANT SELECT ON {name} TO PUBLIC;
    """


def seconds(action: Callable[[], object]) -> float:
    """Wall-clock time."""
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def main() -> int:
    """Print both medians and their ratio; 1 where the limit is passed."""
    with scratch() as server, server.superuser("postgres") as connection:
        execute_script(connection, "\n".join(table(number) for number in range(60)))
        dump = [str(server.installation.bin / "pg_dump"), "-s", server.own_dsn(user="supabase_admin")]
        read(connection)
        rounds = tuple(
            (seconds(lambda: read(connection)), seconds(lambda: subprocess.run(dump, capture_output=True, check=True)))
            for _ in range(ROUNDS)
        )
    one = Comparison(
        name="a schema of 60 tables read", ours="the catalog as records", other="pg_dump -s", unit="s", rounds=rounds,
        limit=LIMIT, aim="no slower than pg_dump",
    )  # fmt: skip
    return publish(Path(__file__).stem, [one])


if __name__ == "__main__":
    sys.exit(main())
