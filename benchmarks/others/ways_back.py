"""How tools take a migration back, each with the way back that its manual has people write.

Supabase CLI (`supabase migration down`): no script; it makes the schema anew from the files that stay.
sqitch (its tutorial for PostgreSQL): a script in `revert/` beside the one in `deploy/`.
alembic (its tutorial): a function `downgrade()`, here as its autogenerate writes one.
dbmate (its README): the part of the file below `-- migrate:down`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from benchmarks.others.ours import OURS
from benchmarks.others.tools import OTHERS, Tool, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.others.release import File

__all__ = ["WAYS", "Way"]

_TOOLS = {tool.name: tool for tool in OTHERS}
DOWNGRADE = """

def downgrade():
    op.alter_column("orders", "amount", existing_type=sa.Integer(), type_=sa.Numeric(precision=12, scale=2))
    op.add_column("customers", sa.Column("fax", sa.Text(), nullable=True))
    op.drop_column("customers", "phone")
    op.drop_table("notes")
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A tool with the command that takes the last migration back."""

    #: As it is typed.
    name: str
    up: Tool
    #: The same program, rolling back.
    down: Tool
    #: Adds the way back of a migration, as SQL, to a folder that is laid out.
    revert: Callable[[Path, File, str], None]


def no_script(_folder: Path, _file: File, _sql: str) -> None:
    """A tool that wants none."""


def for_sqitch(folder: Path, file: File, sql: str) -> None:
    """A script with its transaction written down, as those that deploy."""
    put(folder, {f"revert/{file.name}.sql": f"BEGIN;\n{sql}\nCOMMIT;\n"})


def for_alembic(folder: Path, file: File, _sql: str) -> None:
    """The function, in words of its own."""
    script = folder / "alembic" / "versions" / f"{file.stem}.py"
    script.write_text("import sqlalchemy as sa\n" + script.read_text(encoding="utf-8") + DOWNGRADE, encoding="utf-8")


def for_dbmate(folder: Path, file: File, sql: str) -> None:
    """The last part of the file."""
    with (folder / f"{file.stem}.sql").open("a", encoding="utf-8") as script:
        script.write(sql)


def way(tool: Tool, name: str, back: Callable[[Path, str], list[str]],
        revert: Callable[[Path, File, str], None] = no_script) -> Way:  # fmt: skip
    """A tool, and the words that follow its program, from folder and DSN."""
    down = replace(tool, command=lambda program, folder, dsn: [str(program), *back(folder, dsn)])
    return Way(name=name, up=tool, down=down, revert=revert)


WAYS = (
    way(
        replace(OURS, command=lambda program, _folder, _dsn: [
            str(program), "deploy", "--target", "here", "--yes", "here",
        ]),
        "seatrial rollback",
        lambda _folder, _dsn: ["rollback", "--last", "1", "--target", "here", "--yes", "here"],
    ),
    way(
        _TOOLS["supabase"], "supabase migration down",
        lambda folder, dsn: [
            "migration", "down", "--last", "1", "--yes", f"--remote={dsn}", "--workdir", str(folder),
        ],
    ),
    way(
        _TOOLS["sqitch"], "sqitch revert",
        lambda _folder, dsn: ["revert", "--to", "@HEAD^", "-y", dsn.replace("postgresql:", "db:pg:")], for_sqitch,
    ),
    way(_TOOLS["alembic"], "alembic downgrade", lambda _folder, _dsn: ["downgrade", "-1"], for_alembic),
    way(
        _TOOLS["dbmate"], "dbmate down",
        lambda folder, dsn: ["--url", dsn, "--migrations-dir", str(folder), "--no-dump-schema", "down"], for_dbmate,
    ),
)  # fmt: skip
