"""Tools that migrate a database: where their programs are, what their folders look like, how they are called.

Each is run as a person would run it, with the files in its own idiom, and none is imported. Those of npm are installed
into the user's cache folder at the first use; those of PyPI come with `.[bench]`; sqitch comes with the system.
sqlx-cli is not among them: it comes as source from a registry of its own, and has to be compiled with Rust.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from benchmarks.others.release import File

__all__ = ["OTHERS", "OWN_OBJECTS", "Missing", "Tool", "for_supabase", "of_own_environment", "of_pypi", "put"]

ROOT = Path(__file__).parents[2]
#: Names in the catalog that begin so are a tool's own notes.
OWN_OBJECTS = (
    "seatrial", "supabase_migrations", "sqitch", "public.schema_migrations", "public.pgmigrations",
    "public.alembic_version", "public._yoyo_", "public.yoyo_", "public.knex_migrations",
)  # fmt: skip
#: No telemetry, no look for a newer version, no keyring: it speaks to the target and to nobody else.
SUPABASE_ALONE = {
    "DO_NOT_TRACK": "1",
    "SUPABASE_TELEMETRY_DISABLED": "1",
    "SUPABASE_NO_UPDATE_NOTIFIER": "1",
    "SUPABASE_NO_KEYRING": "1",
}


class Missing(Exception):
    """A tool is not here; says how to get it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """How one tool is used."""

    name: str
    #: Its program, or what starts it.
    program: Callable[[], Path]
    #: Lays out a folder for it.
    write: Callable[[Path, Sequence[File], str], None]
    #: From program, folder and DSN.
    command: Callable[[Path, Path, str], list[str]]
    environment: Mapping[str, str] = field(default_factory=dict)

    def deploy(self, folder: Path, dsn: str) -> subprocess.Popen[str]:
        """Start it; its home is the folder, so that nobody's settings play a part."""
        return subprocess.Popen(
            self.command(self.program(), folder, dsn), cwd=folder, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "NO_COLOR": "1", "DATABASE_URL": dsn}
            | dict(self.environment),
        )  # fmt: skip


def of_pypi(package: str, program: str) -> Path:
    """A program that pip has installed beside this Python."""
    if (found := Path(sys.executable).with_name(program)).exists():
        return found
    raise Missing(f"{package}: pip install '.[bench]', which `make bench` does")


def of_npm(package: str, pattern: str) -> Path:
    """A program of a package of npm, which is installed with its version pinned."""
    folder = cache_folder() / package.replace("@", "-")
    if not any(folder.glob(pattern)):
        if not shutil.which("npm"):
            raise Missing(f"{package}: npm is not installed")
        folder.mkdir(parents=True, exist_ok=True)
        options = ["--no-save", "--no-audit", "--no-fund", "--loglevel=error"]
        # node-pg-migrate takes the driver from beside itself.
        subprocess.run(["npm", "install", "--prefix", folder, *options, package, "pg@8"], check=False)
    if found := list(folder.glob(pattern)):
        return found[0]
    raise Missing(f"{package}: npm could not install it")


def of_own_environment(package: str, program: str) -> Path:
    """A program of PyPI, at a version, in an environment of its own: what it brings along must not come into ours."""
    folder = cache_folder() / package.replace("==", "-")
    found = folder / "bin" / program
    if not found.exists():
        quiet = ["--quiet", "--disable-pip-version-check"]
        commands: tuple[list[str | Path], ...] = (
            [sys.executable, "-m", "venv", "--clear", folder],
            [folder / "bin" / "python", "-m", "pip", "install", *quiet, package],
        )
        for command in commands:
            if subprocess.run(command, check=False).returncode:
                raise Missing(f"{package}: pip could not install it")
    return found


@cache
def supabase_program() -> Path:
    """The Supabase CLI, at the version that the tests are written for."""
    script = ROOT / "tests" / "interop" / "install-supabase-cli.sh"
    here = ROOT / ".venv" / "supabase-cli"
    folder = here if here.exists() else cache_folder() / "supabase-cli"
    done = subprocess.run([script, folder], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Missing(f"Supabase CLI: {done.stderr.strip()}")
    return Path(done.stdout.strip())


def sqitch_program() -> Path:
    """The one of the system."""
    if found := shutil.which("sqitch"):
        return Path(found)
    raise Missing("sqitch: apt install sqitch libdbd-pg-perl")


def cache_folder() -> Path:
    """Where tools are kept, outside of the checkout."""
    return platformdirs.user_cache_path("seatrial") / "benchmarks"


def put(folder: Path, files: Mapping[str, str]) -> None:
    """Write files, with the folders that they are in."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def for_dbmate(folder: Path, files: Sequence[File], _dsn: str) -> None:
    """One transaction a file is its default."""
    put(folder, {f"{one.stem}.sql": f"-- migrate:up\n{one.text}\n-- migrate:down\n" for one in files})


def for_supabase(folder: Path, files: Sequence[File], _dsn: str) -> None:
    """The files as they are."""
    put(folder / "supabase" / "migrations", {f"{one.stem}.sql": one.text for one in files})
    put(folder / "supabase", {"config.toml": 'project_id = "generated"\n'})


def for_node(folder: Path, files: Sequence[File], _dsn: str) -> None:
    """SQL files, as it takes them beside its JavaScript."""
    put(folder, {f"{one.stem}.sql": f"-- Up Migration\n{one.text}\n-- Down Migration\n" for one in files})


KNEX_SETTINGS = """\
module.exports = {
  client: "pg", connection: process.env.DATABASE_URL, migrations: { directory: "./migrations" },
};
"""


def knex_program() -> Path:
    """Its command, which wants its package beside the settings."""
    return of_npm("knex@3.3.0", "node_modules/.bin/knex")


def for_knex(folder: Path, files: Sequence[File], _dsn: str) -> None:
    """Modules that send SQL, each in a transaction of its own, as by default."""
    put(folder, {"knexfile.js": KNEX_SETTINGS})
    (folder / "node_modules").unlink(missing_ok=True)
    (folder / "node_modules").symlink_to(knex_program().parents[1])
    for one in files:
        text = f"exports.up = (knex) => knex.raw({json.dumps(one.text)});\nexports.down = () => Promise.resolve();\n"
        put(folder, {f"migrations/{one.stem}.js": text})


def for_yoyo(folder: Path, files: Sequence[File], _dsn: str) -> None:
    """SQL files that name the one before."""
    before = ""
    for one in files:
        put(folder, {f"{one.stem}.sql": f"-- depends: {before}\n{one.text}"})
        before = one.stem


ALEMBIC_ENVIRONMENT = """\
from alembic import context
from sqlalchemy import create_engine, pool

engine = create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
"""


def for_alembic(folder: Path, files: Sequence[File], dsn: str) -> None:
    """Revisions that execute SQL, one transaction each."""
    url = dsn.replace("postgresql:", "postgresql+psycopg:")
    put(folder, {
        "alembic.ini": f"[alembic]\nscript_location = %(here)s/alembic\nsqlalchemy.url = {url}\n",
        "alembic/env.py": ALEMBIC_ENVIRONMENT,
    })  # fmt: skip
    before = None
    for one in files:
        text = f"from alembic import op\n\nrevision = {one.version!r}\ndown_revision = {before!r}\n\n\n"
        text += f"def upgrade():\n    op.execute({one.text!r})\n"
        put(folder, {f"alembic/versions/{one.stem}.py": text})
        before = one.version


def for_sqitch(folder: Path, files: Sequence[File], _dsn: str) -> None:
    """A plan, and one script a change with its transaction written down."""
    plan = "".join(f"{one.name} 2026-01-01T00:00:00Z Nobody <nobody@example.com>\n" for one in files)
    put(folder, {
        "sqitch.conf": "[core]\n\tengine = pg\n[user]\n\tname = Nobody\n\temail = nobody@example.com\n",
        "sqitch.plan": f"%syntax-version=1.0.0\n%project=generated\n\n{plan}",
    } | {f"deploy/{one.name}.sql": f"BEGIN;\n{one.text}\nCOMMIT;\n" for one in files})  # fmt: skip


def node_command(program: Path, folder: Path, _dsn: str) -> list[str]:
    """One transaction a file, as all others: by default it takes all files in one."""
    return [str(program), "up", "--migrations-dir", str(folder), "--no-single-transaction", "--no-verbose"]


def supabase_command(program: Path, folder: Path, dsn: str) -> list[str]:
    """`db push`, which asks nothing."""
    return [str(program), "db", "push", "--yes", f"--remote={dsn}", "--workdir", str(folder)]


OTHERS = (
    Tool(
        name="dbmate", program=lambda: of_npm("dbmate@2.36.0", "node_modules/@dbmate/*/bin/dbmate"), write=for_dbmate,
        # Without the dump of the schema that it makes behind each run.
        command=lambda program, folder, dsn: [
            str(program), "--url", dsn, "--migrations-dir", str(folder), "--no-dump-schema", "migrate",
        ],
    ),
    Tool(
        name="supabase", program=supabase_program, write=for_supabase, command=supabase_command,
        environment=SUPABASE_ALONE,
    ),
    Tool(
        name="node-pg-migrate", program=lambda: of_npm("node-pg-migrate@9.0.0", "node_modules/.bin/node-pg-migrate"),
        write=for_node, command=node_command,
    ),
    Tool(
        name="knex", program=knex_program, write=for_knex,
        command=lambda program, _folder, _dsn: [str(program), "migrate:latest"],
    ),
    Tool(
        name="yoyo", program=lambda: of_pypi("yoyo-migrations", "yoyo"), write=for_yoyo,
        command=lambda program, folder, dsn: [
            str(program), "apply", "--batch", "--no-config-file", "--database",
            dsn.replace("postgresql:", "postgresql+psycopg:"), str(folder),
        ],
    ),
    Tool(
        name="alembic", program=lambda: of_pypi("alembic", "alembic"), write=for_alembic,
        command=lambda program, _folder, _dsn: [str(program), "upgrade", "head"],
    ),
    Tool(
        name="sqitch", program=sqitch_program, write=for_sqitch,
        command=lambda program, _folder, dsn: [
            str(program), "deploy", "--quiet", dsn.replace("postgresql:", "db:pg:"),
        ],
    ),
)  # fmt: skip
