"""Writes the page of benchmarks and its pictures from the results: `python -m benchmarks.shown.page`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.shown.chart import chart, number
from benchmarks.shown.results import about, here, scripts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from benchmarks.measured import Comparison
    from benchmarks.shown.results import Result

__all__ = ["PICTURES", "REFERENCE", "files", "page", "write"]

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
PICTURES = "benchmarks"
NOTICE = "<!-- Written by benchmarks/shown/page.py from benchmarks/results; run the script again, then it. -->"
INTRODUCTION = """\
Each comparison is one script, with both sides in one run on one machine, in turn.
A ratio is ours divided by the other, the median of all rounds, with the lowest and the highest behind it.
Below 1 ours is faster, or smaller; where more is better it is the other way round, and the line says so.
**Bold** is a ratio beyond its limit: there Seatrial falls short of its aim.

`make bench` runs all of them and writes this page; `make bench ONLY="linters watch_cost"` runs some.
It ends with 1 where a limit is passed, and where a comparison has become worse than its committed result.
Worse is a ratio whose best round is more than a quarter beyond the worst of the earlier ones.
What is held against a fixed limit, and not against something beside it, is compared on the same machine only."""
COMMAND = "PYTHONPATH=. .venv/bin/python benchmarks/{script}.py"


def write() -> None:
    """Bring page and pictures up to date; a picture without a result goes."""
    written = files(here())
    for old in (REFERENCE / PICTURES).glob("*.svg"):
        if old not in written:
            old.unlink()
    for path, text in written.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


def files(results: Sequence[Result]) -> Mapping[Path, str]:
    """The page, and a picture for each script that compares something."""
    pictures = {
        REFERENCE / PICTURES / f"{one.script}.svg": chart(one.comparisons) for one in results if one.comparisons
    }
    return {REFERENCE / "benchmarks.md": page(results, {name: about(name) for name in scripts()}), **pictures}


def page(results: Sequence[Result], texts: Mapping[str, tuple[str, str]]) -> str:
    """The whole page, from results and what each script says of itself, also one without a result."""
    lines = [NOTICE, "", "# Benchmarks", "", INTRODUCTION, "", *_summary(results, texts)]
    for one in results:
        lines += _section(one, *texts[one.script])
    return "\n".join(lines).rstrip() + "\n"


def _summary(results: Sequence[Result], scripts: Iterable[str]) -> Iterator[str]:
    every = [(result.script, one) for result in results for one in result.comparisons]
    short = sum(one.falls_short for _, one in every)
    limited = sum(one.limit is not None for _, one in every)
    yield f"Of {len(every)} comparisons {limited} have a limit, and {short} of them fall short."
    if missing := sorted(set(scripts) - {one.script for one in results}):
        yield f"No result yet of: {', '.join(missing)}."
    yield ""
    yield from _table(
        ("what", "against", "ratio", "lowest–highest", "limit"),
        (
            (f"[{one.name}](#{script.replace('_', '-')})", one.other, _ratio(one), _spread(one), _limit(one))
            for script, one in every
        ),
    )


def _section(result: Result, title: str, rest: str) -> Iterator[str]:
    yield from (f"## {result.script.replace('_', ' ')}", "", *_sentences(title), *_paragraphs(rest), "")
    if result.comparisons:
        yield from (f"![The ratios as a picture]({PICTURES}/{result.script}.svg)", "")
        yield from _table(
            ("what", "ours", "the other", "ratio", "lowest–highest", "rounds", "limit", "aim"),
            (_cells(one) for one in result.comparisons),
        )
    plain = {name: value for name, value in result.figures.items() if isinstance(value, str | int | float)}
    if plain:
        yield from _table(("figure", ""), ((name.replace("_", " "), _figure(value)) for name, value in plain.items()))
    yield from (_machine(result), "", "```sh", COMMAND.format(script=result.script), "```", "")


def _cells(one: Comparison) -> tuple[str, ...]:
    ours, other = one.middles
    return (
        one.name, f"{one.ours}: {_value(ours)} {one.unit}", f"{one.other}: {_value(other)} {one.unit}",
        _ratio(one), _spread(one), f"{len(one.rounds)}", _limit(one), one.aim,
    )  # fmt: skip


def _ratio(one: Comparison) -> str:
    return f"**{number(one.ratio)}**" if one.falls_short else number(one.ratio)


def _spread(one: Comparison) -> str:
    return f"{number(one.lowest)}–{number(one.highest)}"


def _limit(one: Comparison) -> str:
    if one.limit is None:
        return ""
    return f"{one.limit:g} at least" if one.more_is_better else f"{one.limit:g}"


def _value(value: float) -> str:
    """Three digits, and no more than a reader takes in."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004


def _figure(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _machine(result: Result) -> str:
    told = result.machine
    return (
        f"{result.date}, revision `{result.revision}`: {told['processor']}, {told['cores']} cores, "
        f"{told['memory_gb']} GB, {told['kernel']}, Python {told['python']}, PostgreSQL {told['postgresql']}, "
        f"load {told['load']} before it began."
    )


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in filter(None, text.split("\n\n")):
        yield from ("", *_sentences(" ".join(paragraph.split())))


def _sentences(text: str) -> list[str]:
    """One a line, as in all pages."""
    return text.replace(". ", ".\n").splitlines()


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    def line(cells: Iterable[str]) -> str:
        return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"

    yield from (line(head), line("---" for _ in head), *map(line, rows), "")


if __name__ == "__main__":
    write()
