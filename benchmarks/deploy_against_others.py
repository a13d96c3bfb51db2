"""1,000 small migrations on one server, by Seatrial and by the tools that people use.

The server is a scratch, so without fsync: what is measured is the tool, not the disk. Each tool gets the same SQL as
files of its own kind, a fresh clone of the platform and a process of its own; tools take turns in each round, and of
each the median counts. On a machine that does something else as well, look at the seconds of processors instead, of
tool and server together. All but Seatrial apply and do nothing else. Seatrial deploys a plan, each file held against
what was rehearsed; the rehearsal, and the command that does both, have lines of their own. Every round ends with a look
at the catalog: all must have built the same, their own notes aside.

A tool that is not here is named. sqlx-cli is not compared: it is compiled from source, with Rust and what it needs of
another registry.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.measured import Comparison, publish
from benchmarks.others.ours import OURS, deployment, rehearsal, seatrial
from benchmarks.others.release import File, small_migrations
from benchmarks.others.tools import OTHERS, OWN_OBJECTS, Missing, Tool

from seatrial.catalog.read import read
from seatrial.pg.connection import connect
from seatrial.scratch.server import Server, scratch

FILES, ROUNDS = 1000, 3
GONE_SECONDS = 0.3
#: Why a tool that people use is not among the others at all.
NEVER: dict[str, object] = {
    "sqlx-cli": "not compared: it comes as source, and is compiled with what another registry has"
}
PLAN, WHOLE, REHEARSAL = "seatrial, a plan", "seatrial, rehearsal included", "seatrial rehearse"
#: What a tool has built: kind and name → facts.
Built = Mapping[tuple[str, str], Mapping[str, str]]


@dataclass(slots=True)
class Bench:
    """A server, the release, and what came of it so far."""

    server: Server
    place: Path
    files: Sequence[File]
    seconds: dict[str, list[float]] = field(default_factory=dict)
    #: Of processors, the tool's and the server's together; 0 where the system does not tell.
    processors: dict[str, list[float]] = field(default_factory=dict)
    #: Of the tool that came first.
    built: Built = field(default_factory=dict)
    databases: int = 0

    def database(self) -> str:
        """A fresh clone of the platform; returns its name."""
        self.databases += 1
        name = f"round_{self.databases}"
        self.server.clone(name)
        return name

    def dsn(self, name: str) -> str:
        """Over TCP, as every tool reads it."""
        return f"{self.server.dsn(name)}?sslmode=disable"

    @contextmanager
    def taking(self, name: str) -> Iterator[None]:
        """Note what is done meanwhile."""
        begun, before = time.perf_counter(), self._spent()
        yield
        self.seconds.setdefault(name, []).append(time.perf_counter() - begun)
        # The server's process for the tool is counted when it is gone.
        time.sleep(GONE_SECONDS)
        self.processors.setdefault(name, []).append(self._spent() - before)

    def _spent(self) -> float:
        with self.server.superuser() as connection:
            [folder] = connection.execute("show data_directory").fetchone() or ("",)
        pid = (Path(folder) / "postmaster.pid").read_text(encoding="ascii").split()[0]
        here, there = os.times(), Path(f"/proc/{pid}/stat")
        ticks = there.read_text(encoding="ascii").rpartition(")")[2].split()[11:15] if there.exists() else []
        return here.children_user + here.children_system + sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")

    def look(self, name: str, database: str) -> None:
        """Compare what was built with what the first tool built, and drop the database."""
        with connect(self.server.own_dsn(database)) as connection:
            objects = read(connection).objects
        built = {key: one.facts for key, one in objects.items() if not one.name.startswith(OWN_OBJECTS)}
        self.built = self.built or built
        if differing := sorted(key for key in built.keys() | self.built if built.get(key) != self.built.get(key)):
            sys.exit(f"{name} has built something else: {len(differing)} objects, among them {differing[:3]}")
        self.server.drop(database)

    def ours(self) -> None:
        """One round of Seatrial: rehearse, deploy that plan; then both in one command."""
        folder, first, second = self.place / OURS.name, self.database(), self.database()
        with self.taking(REHEARSAL):
            seatrial(rehearsal(folder), self.dsn(first))
        with self.taking(PLAN):
            seatrial(deployment(folder), self.dsn(first))
        self.look(PLAN, first)
        with self.taking(WHOLE):
            seatrial(["deploy", str(folder), "--target", "here", "--yes", "here"], self.dsn(second))
        self.look(WHOLE, second)

    def theirs(self, tool: Tool) -> None:
        """One round of another tool."""
        database = self.database()
        with self.taking(tool.name):
            process = tool.deploy(self.place / tool.name, self.dsn(database))
            said = process.communicate()[0]
        if process.returncode:
            sys.exit(f"{tool.name} ended with {process.returncode}: {said[-2000:]}")
        self.look(tool.name, database)


def present(only: Sequence[str]) -> tuple[list[Tool], dict[str, object]]:
    """The tools that are here; why each other one is not."""
    found, not_here = [], {}
    for tool in OTHERS:
        if only and tool.name not in only:
            continue
        try:
            tool.program()
        except Missing as missing:
            print(f"missing, not compared: {missing}")
            not_here[tool.name] = f"not here, and not compared: {missing}"
        else:
            found.append(tool)
    return found, {**not_here, **NEVER}


def report(bench: Bench, files: int) -> list[Comparison]:
    """Ours against each other tool, in seconds and in seconds of processors; then what else we do, against a plan."""
    others = [name for name in bench.seconds if name not in {PLAN, WHOLE, REHEARSAL}]

    def pairs(ours: str, other: str, taken: Mapping[str, list[float]]) -> tuple[tuple[float, float], ...]:
        return tuple(zip(taken[ours], taken[other], strict=True))

    return [
        *(
            Comparison(
                name=f"{files:,} files deployed, against {other}", ours=PLAN, other=other, unit="s",
                rounds=pairs(PLAN, other, bench.seconds), limit=1.0, aim="as fast at least",
            )
            for other in others
        ),
        *(
            Comparison(
                name=f"{files:,} files, seconds of processors, against {other}", ours=PLAN, other=other, unit="s",
                rounds=pairs(PLAN, other, bench.processors),
            )
            for other in others
        ),
        *(
            Comparison(
                name=f"{files:,} files, {ours}", ours=ours, other=PLAN, unit="s",
                rounds=pairs(ours, PLAN, bench.seconds),
            )
            for ours in (REHEARSAL, WHOLE)
        ),
    ]  # fmt: skip


def main() -> int:
    """Print the ratios; 1 where another tool is faster than the deployment of a plan."""
    options = argparse.ArgumentParser(description="Deploy small migrations, by Seatrial and by other tools.")
    options.add_argument("--files", type=int, default=FILES, metavar="N")
    options.add_argument("--rounds", type=int, default=ROUNDS, metavar="N")
    options.add_argument("--only", nargs="+", default=(), choices=[tool.name for tool in OTHERS], help="beside ours")
    asked = options.parse_args()
    tools, not_here = present(asked.only)
    with scratch(tcp=True) as server, tempfile.TemporaryDirectory() as place:
        bench = Bench(server, Path(place), small_migrations(asked.files))
        OURS.write(bench.place / OURS.name, bench.files, "")
        for _ in range(asked.rounds):
            bench.ours()
            for tool in tools:
                # A folder may name its database.
                tool.write(bench.place / tool.name, bench.files, bench.dsn(f"round_{bench.databases + 1}"))
                bench.theirs(tool)
    return publish(Path(__file__).stem, report(bench, asked.files), figures=not_here)


if __name__ == "__main__":
    sys.exit(main())
