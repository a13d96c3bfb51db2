"""The deployment script: guards, the release, the ledger's rows in one transaction; then what is there."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from seatrial.model.deploy_script import Look
from seatrial.model.words import count, duration
from seatrial.report.deploy_script.files import RESET, migration_text
from seatrial.report.deploy_script.quoting import array, comment, literal, template

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.deploy_script import DeployScript

__all__ = ["FIRST", "deploy_script"]

#: By which an older one is known again.
FIRST = "Seatrial deployment script"
_USE = """\
Paste all of it into a SQL editor and run it once, or:
    psql -X -v ON_ERROR_STOP=1 -f FILE "$DATABASE_URL"
Everything is one transaction: after an error nothing has changed, and a second run changes nothing.
The last result is a table of what is expected and what is there; each line should end in a ✓. One of its first lines
says whether this run did it: where a tool goes on after a refusal, the rest may be there from an earlier one.
Afterwards `seatrial verify` compares the rest, and `seatrial status` shows it as deployed.

What it cannot do and `seatrial deploy` does:
- tell whether somebody changed what a table or a function is made of since the script was made;
- compare what it did with what was rehearsed before the COMMIT;
- take its locks together, let them go while somebody stands in the way, and try again: all of them are held to
  the end, for the release as a whole;
- build indexes while people write, update in batches, go on where it was stopped;
- use a value in a file that an earlier file of this script adds to an enum (the server says 55P04);
- outlast the time limit of an editor, which is a minute or two in many: run it with psql then."""
#: Whether this run came to its end, for the result: tools that go on after an error come to that as well.
_DONE = "SET seatrial.script_done = '{}';\n"
_AT_ONCE = "-- In this session as it was when it logged in, and in nothing but this transaction.\nBEGIN;\n"
_END = "-- All of it is there now, or none of it.\nCOMMIT;\n"


def deploy_script(script: DeployScript) -> str:
    """The text."""
    return "".join(_parts(script))


def _parts(script: DeployScript) -> Iterator[str]:
    role = template("as_role", role=literal(script.site.role))
    yield _head(script) + "\n"
    yield _DONE.format("no") + _AT_ONCE + RESET + f"SET LOCAL lock_timeout = 4000;\n{_guard_place(script)}{role}"
    if script.site.makes_ledger:
        yield f"SET LOCAL client_min_messages = warning;\n{script.ledger.create}"
    yield _guard_ledger(script)
    if script.before:
        yield _looking("guard_objects", script.before)
    yield RESET + role
    for migration in script.migrations:
        yield migration_text(script, migration)
    yield "\n" + template("text_unchanged", digests=_digests(script))
    yield template(
        "attempt", tool=literal(script.tool), plan=literal(script.plan), content=literal(script.content),
        versions=array(one.version for one in script.migrations),
    )  # fmt: skip
    yield f"SET CONSTRAINTS ALL IMMEDIATE;\n{RESET}{_DONE.format('yes')}{_END}\n"
    yield _looking("look", (*_applied(script), *script.after))
    yield template("result")


def _head(script: DeployScript) -> str:
    site, rehearsed = script.site, f"of the plan {script.plan}" if script.plan else "without a rehearsal"
    lines = [
        f"{FIRST}: {count(len(script.migrations), 'migration')} of {script.release} to {script.target}",
        f"Made {script.made_at} by {script.tool}, {rehearsed}.",
        f"For the database {site.database}, the role {site.role} and PostgreSQL {site.major}; it refuses any other.",
    ]
    if script.forecast:
        low, high = script.forecast
        lines.append(f"Forecast: {duration(low)} to {duration(high)}.")
    # A name that ends its line would be SQL.
    return "".join(comment(" ".join(line.split())) for line in lines) + "--\n" + comment(_USE)


def _guard_place(script: DeployScript) -> str:
    site = script.site
    return template(
        "guard_place", database=literal(site.database), major=str(site.major), role=literal(site.role),
        system=literal(site.system), locks=f"ARRAY[{', '.join(map(str, script.locks))}]::bigint[]",
        standard_strings=str(script.standard_strings).lower(),
    )  # fmt: skip


def _guard_ledger(script: DeployScript) -> str:
    return template(
        "guard_ledger", pending=array(one.version for one in script.migrations), applied=array(script.site.applied),
        digest=literal(script.site.ledger), digest_query=script.ledger.digest.strip().rstrip(";"),
    )  # fmt: skip


def _applied(script: DeployScript) -> Iterator[Look]:
    query = "SELECT 'applied' FROM supabase_migrations.schema_migrations WHERE version = $1"
    for one in script.migrations:
        yield Look(what=f"migration {one.label}", expected="applied", query=query, argument=one.version)


def _looking(name: str, looks: Sequence[Look]) -> str:
    """Each query once, as most of them differ in the name only."""
    queries = list(dict.fromkeys(one.query for one in looks))
    rows = (
        f"    ({place}, {literal(one.what)}, {literal(one.expected)}, {queries.index(one.query) + 1},"
        f" {literal(one.argument)})"
        for place, one in enumerate(looks, start=1)
    )
    return template(name, queries=",\n".join(f"    {literal(one)}" for one in queries), looks=",\n".join(rows))


def _digests(script: DeployScript) -> str:
    return ",\n".join(
        f"    ({literal(version)}, '{hashlib.sha256(chr(10).join(stored).encode()).hexdigest()}')"
        for version, stored in script.stored.items()
    )
