"""The isolation proof and `rlsgrid check` on rlsgrid's own example: which planted leaks they find, and how fast.

The example is a blog: everybody reads the own profile and owns the own posts. It is written here anew, with the same
tables, policies and settings as in rlsgrid's repository, and its fuzzer runs as it comes: 200 tries, three tenants. It
makes rows where the column of its settings is, and the profiles have none, so theirs are leaks that it cannot see.
Sound, both must find nothing in it. Then each leak is planted in turn, and is found when ours says FAILED, and when
rlsgrid ends with 1. Times are of whole commands on the sound example, in turn: ours starts a PostgreSQL of its own and
applies the files first, rlsgrid is given a server with the schema in place. Without mutants ours is the attack, as
rlsgrid's is; with them it attacks many weakened releases besides, to see that the attack would notice.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measured import Comparison, publish
from benchmarks.others.tools import Missing, of_own_environment, of_pypi, put

from seatrial.pg.statement import execute_script
from seatrial.scratch.server import Server, scratch

if TYPE_CHECKING:
    from collections.abc import Mapping

ROUNDS = 5
ATTACK = ("--no-mutants",)
RLSGRID = "rlsgrid==0.5.7"
EXAMPLE, *PLANTED = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").split("-- leak: ")
#: What is wrong → SQL after the example.
LEAKS: Mapping[str, str] = {each.partition("\n")[0]: each.partition("\n")[2] for each in PLANTED}
#: A user is the tenant: the token's `sub` says which.
DECLARED = """\
[tenancy]
tenant_table = "public.profiles"
tenant_key = "id"
[tenancy.claim]
path = "sub"
[tenancy.tables."public.profiles"]
tenant = "id"
select = "member"
[tenancy.tables."public.posts"]
tenant = "author_id"
select = "member"
insert = "member"
update = "member"
delete = "member"
"""
SETTINGS = """\
[connection]
url = "env:DATABASE_URL"
schema_search_path = ["public"]
[tenancy]
mode = "jwt"
tenant_column = "author_id"
user_id_column = "id"
auth_function = "auth.uid()"
[roles]
authenticated = "signed in"
anon = "not signed in"
service_role = "passes by row security"
[fuzz]
iterations = 200
seed = 42
stop_on_first_breach = false
"""


def seatrial(place: Path, sql: str, *words: str) -> tuple[bool, float]:
    """Whether the proof has failed, and the seconds that it took."""
    put(place, {
        "supabase/config.toml": 'project_id = "blog"\n', "seatrial.toml": DECLARED,
        "supabase/migrations/20260101000000_blog.sql": sql,
    })  # fmt: skip
    program = of_pypi("seatrial", "seatrial")
    done, taken = timed([str(program), "prove", "security", "--folder", str(place), "--format", "json", *words])
    [proof] = json.loads(done.stdout)["result"]["proofs"]
    return proof["verdict"] == "FAILED", taken


def rlsgrid(server: Server, place: Path, sql: str) -> tuple[bool, float]:
    """Whether its check has found something, on a database that has the schema, and the seconds that it took."""
    put(place, {"rlsgrid.toml": SETTINGS})
    dsn = server.clone("blog")
    with server.superuser("blog") as connection:
        execute_script(connection, f"SET ROLE postgres; {sql}")
    program = of_own_environment(RLSGRID, "rlsgrid")
    try:
        done, taken = timed([str(program), "check", "--config", str(place / "rlsgrid.toml")], DATABASE_URL=dsn)
    finally:
        server.drop("blog")
    return done.returncode == 1, taken


def timed(command: list[str], **variables: str) -> tuple[subprocess.CompletedProcess[str], float]:
    """What came of a command, and its seconds; one that could not run ends everything."""
    begun = time.perf_counter()
    done = subprocess.run(command, env={**os.environ, **variables}, capture_output=True, text=True, check=False)
    taken = time.perf_counter() - begun
    if done.returncode not in {0, 1}:
        raise SystemExit(
            f"{' '.join(command)} ended with {done.returncode}: {done.stdout[-1000:]}{done.stderr[-1000:]}"
        )
    return done, taken


def found(server: Server, place: Path) -> list[tuple[str, bool, bool]]:
    """Of each leak, whether we find it and whether rlsgrid does."""
    results = []
    for what, sql in LEAKS.items():
        ours, _ = seatrial(place / "ours", EXAMPLE + sql, *ATTACK)
        theirs, _ = rlsgrid(server, place / "theirs", EXAMPLE + sql)
        print(f"{what}: seatrial {'found' if ours else 'MISSED'}, rlsgrid {'found' if theirs else 'missed'}")
        results.append((what, ours, theirs))
    return results


def sound(server: Server, place: Path) -> tuple[float, float, float]:
    """Seconds on the sound example: of our attack, of our whole proof, of theirs."""
    ran = (
        seatrial(place / "ours", EXAMPLE, *ATTACK), seatrial(place / "ours", EXAMPLE),
        rlsgrid(server, place / "theirs", EXAMPLE),
    )  # fmt: skip
    if any(is_found for is_found, _ in ran):
        raise SystemExit(f"the example is sound, and one has found something: {ran}")
    attack, whole, theirs = (taken for _, taken in ran)
    return attack, whole, theirs


def main() -> int:
    """Print what is found and the ratios; 1 where we find less than all, or less than rlsgrid."""
    try:
        of_own_environment(RLSGRID, "rlsgrid")
    except Missing as missing:
        raise SystemExit(f"missing, not compared: {missing}") from None
    with scratch(tcp=True) as server, tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        sound(server, place)
        rounds = tuple(sound(server, place) for _ in range(ROUNDS))
        leaks = found(server, place)
    ours, theirs = float(sum(here for _, here, _ in leaks)), float(sum(there for _, _, there in leaks))
    return publish(
        Path(__file__).stem,
        [
            Comparison(
                name="planted leaks found", ours="seatrial prove security", other="all that were planted",
                unit="leaks", rounds=((ours, float(len(leaks))),), limit=1.0, aim="every one", more_is_better=True,
            ),
            Comparison(
                name="planted leaks found, against rlsgrid", ours="seatrial prove security", other="rlsgrid check",
                unit="leaks", rounds=((ours, theirs),), limit=1.0, aim="as many at least", more_is_better=True,
            ),
            Comparison(
                name="the sound example attacked", ours="seatrial prove security --no-mutants", other="rlsgrid check",
                unit="s", rounds=tuple((attack, other) for attack, _, other in rounds),
            ),
            Comparison(
                name="the sound example proved", ours="seatrial prove security", other="rlsgrid check",
                unit="s", rounds=tuple((whole, other) for _, whole, other in rounds),
            ),
        ],
        figures={what: f"seatrial {_word(here)}, rlsgrid {_word(there)}" for what, here, there in leaks},
    )  # fmt: skip


def _word(is_found: bool) -> str:  # noqa: FBT001 - two words
    return "found it" if is_found else "missed it"


if __name__ == "__main__":
    sys.exit(main())
