"""The release among a million organizations: the seed's promises, the cost of row security, and growth.

1,000,000 organizations, 5 million integrations, 10 million events and 11 million other rows, made by the server from
their numbers in minutes, the same each time; the release is the one that ships. Before is the state without its
indexes and with the policies that the seed describes, on the same rows, in transactions that are rolled back.

    PYTHONPATH=. python benchmarks/release_at_scale.py --organizations 10000

does all of it at a hundredth in two minutes. Times are the server's own, planning and execution, of prepared
statements under row security, each call from another user about another organization. The server has its default
settings (128 MB of buffers). Its data lies where a scratch does, in memory where there is a RAM disk: 9 GB at full
size. With --disk FOLDER it lies there, on a server that is as careful as one in production.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measured import publish, said
from benchmarks.release import growth, promised, security
from benchmarks.release.data import fill
from benchmarks.release.picture import Line, drawn

from seatrial.scratch.server import durable, scratch

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.release.data import Data
    from benchmarks.release.growth import Point

    from seatrial.scratch.server import Server

FULL = 1_000_000
#: Rows of integrations and events, below the full size.
SIZES = (10_000, 100_000, 1_000_000)
PICTURE = Path(__file__).parents[1] / "docs" / "_static" / "growth.svg"
LINES = (
    ("active_integrations", "release", ("the release",)),
    ("my_active_integrations", "release", ("the release, query", "without a filter")),
    ("my_active_integrations", "seed's policies", ("seed's policies, query", "without a filter")),
    ("active_integrations", "before", ("before, no index",)),
)


def main() -> int:
    """Print the seed's table and every comparison; 1 where one falls short."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--organizations", type=int, default=FULL, help="another size is only printed")
    parser.add_argument("--disk", type=Path, help="an empty folder for the data, in place of a scratch")
    given = parser.parse_args()
    organizations = given.organizations
    with durable(given.disk / "data") if given.disk else scratch("supabase") as server:
        points = list(_smaller(server, organizations))
        data = fill(server, "release_at_scale", organizations)
        print(_made(data))
        with server.superuser("release_at_scale") as connection:
            sides = promised.measure(connection)
            print(promised.markdown(sides))
            costs = security.measure(connection)
            points += growth.measure(connection)
    compared = [*promised.comparisons(sides), *security.comparisons(costs)]
    if organizations != FULL:
        print("\n".join(map(said, compared)))
        return int(any(one.falls_short for one in compared))
    PICTURE.write_text(_picture(points), encoding="utf-8")
    return publish(
        Path(__file__).stem,
        compared,
        figures={
            "organizations": data.organizations,
            "rows": sum(data.rows.values()),
            "gigabytes": round(data.bytes / 1e9, 2),
            "seconds to make": round(sum(data.seconds.values())),
            "digest": data.digest,
            "rows by table": dict(data.rows),
            "seconds by step": {step: round(seconds, 1) for step, seconds in data.seconds.items()},
            "seed's table": promised.markdown(sides).splitlines(),
            "promised": [one.as_json for one in sides],
            "row security": [one.as_json for one in costs],
            "growth": [one.as_json for one in points],
        },
    )


def _smaller(server: Server, organizations: int) -> Iterable[Point]:
    for rows in SIZES:
        if rows < growth.ROWS_OF_ONE * organizations:
            fill(server, f"growth_{rows}", rows // growth.ROWS_OF_ONE)
            with server.superuser(f"growth_{rows}") as connection:
                yield from growth.measure(connection)
            server.drop(f"growth_{rows}")


def _made(data: Data) -> str:
    return (
        f"{data.organizations:,} organizations, {sum(data.rows.values()):,} rows, {data.bytes / 1e9:.2f} GB, made in"
        f" {sum(data.seconds.values()):,.0f} s; digest {data.digest}"
    )


def _picture(points: Sequence[Point]) -> str:
    lines = [
        Line(
            name=name,
            points=tuple(
                (one.rows, one.times.p50, one.times.p99) for one in points if (one.query, one.shape) == (query, shape)
            ),
        )
        for query, shape, name in LINES
    ]
    ends = "; ".join(f"{' '.join(line.name)}: {line.points[0][1]:.3g} to {line.points[-1][1]:.3g} ms" for line in lines)
    return drawn(f"Time of a member's query for the active integrations as the tables grow. {ends}", lines)


if __name__ == "__main__":
    sys.exit(main())
