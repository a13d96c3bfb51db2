"""Seatrial, squawk and pgrubic on the same files: what they say, how much of it is a fault, and how long they take.

The other two are run as programs, each as it comes, and neither is imported: pgrubic is GPL-3.0 and needs Python 3.12;
where one is not installed, its columns are missing. A file is checked by the others alone, by us after `base.sql`.
Times are of whole processes, one tool after the other in each round. They apply few rules to a file as text; ours
parses with the server's grammar and builds up the schema, which is what the faults found pay for.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.measured import Comparison, publish
from tests.corpus.measured import CORPUS, labels, sources, total

from seatrial.sql.parse import parse

ROOT = Path(__file__).parents[1]
ABOUT = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
ROUNDS = 5
#: A tool that takes longer is asked once.
TOO_LONG = 10.0
#: Of wall-clock time, for 1,000 files of 1 MB together on an idle machine with two cores.
LONGEST_SECONDS = 3.0

NOT_HERE = "is not here, and not compared: `make bench` installs it; pgrubic needs Python 3.12"

Said = Mapping[str, list[tuple[int, str]]]


def program(name: str) -> str:
    """Where a tool is: beside this Python, or on the PATH; empty when it is not installed."""
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else shutil.which(name) or ""


def squawk(files: list[Path]) -> list[str]:
    """Its command line."""
    return [program("squawk"), "--reporter", "Json", *map(str, files)]


def pgrubic(files: list[Path]) -> list[str]:
    """Its command line."""
    return [program("pgrubic"), "lint", *map(str, files)]


def of_squawk(output: str) -> Said:
    """By file, line and name of what it says."""
    found = defaultdict(list)
    for one in json.loads(output):
        found[Path(one["file"]).name].append((one["line"] + 1, one["rule_name"]))
    return found


def of_pgrubic(output: str) -> Said:
    """The same; a code follows the address of its page."""
    found = defaultdict(list)
    for path, line, code in re.findall(r"^(.+?\.sql):(\d+):\d+: .*?([A-Z]{2}\d{3})", output, re.MULTILINE):
        found[Path(path).name].append((int(line), code))
    return found


OTHERS: Mapping[str, tuple[Callable[[list[Path]], list[str]], Callable[[str], Said]]] = {
    "squawk": (squawk, of_squawk),
    "pgrubic": (pgrubic, of_pgrubic),
}


def said(name: str, files: list[Path]) -> Said:
    """What a tool says of files."""
    command, read = OTHERS[name]
    return read(subprocess.run(command(files), capture_output=True, text=True, check=False).stdout)


def corpus(names: Iterable[str]) -> list[Comparison]:
    """Print findings on bad and good files; how many of the faults are found, by each."""
    bad, good = total("bad"), total("good")
    faults = [(Path(one.path).name, label) for one in sources("bad") for label in labels(parse(one))]
    print(f"corpus: {len(faults)} labelled faults in {len(bad.files)} files; {len(good.files)} good files")
    shown = f"{sum(bad.findings)} findings on bad files, {sum(good.findings)} on good ones"
    ours = sum(len(file.found) for file in bad.files)
    print(f"  seatrial: {shown}, {ours} faults found")
    comparisons = []
    for name in names:
        on_bad, on_good = (said(name, sorted((CORPUS / kind).glob("*.sql"))) for kind in ("bad", "good"))
        found = sum(
            any(label.span[0] <= line <= label.span[1] and code in ABOUT[name].get(hazard, ())
                for line, code in on_bad.get(file, ()) for hazard in label.hazards)
            for file, label in faults
        )  # fmt: skip
        counts = [sum(map(len, each.values())) for each in (on_bad, on_good)]
        print(f"  {name}: {counts[0]} findings on bad files, {counts[1]} on good ones, {found} faults found")
        comparisons.append(
            Comparison(
                name=f"faults of the corpus found, against {name}", ours="seatrial check", other=name,
                unit=f"of {len(faults)}", rounds=((float(ours), float(found)),), limit=1.0, aim="more",
                more_is_better=True,
            )
        )  # fmt: skip
    return comparisons


def took(command: list[str]) -> float:
    """Seconds of one run; what it prints is not looked at."""
    begun = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - begun


def timed(what: str, root: Path, names: list[str]) -> list[Comparison]:
    """Wall-clock times on a release folder, against each other tool; then ours alone."""
    files = sorted((root / "supabase" / "migrations").glob("*.sql"))
    commands = {"seatrial": [program("seatrial"), "check", str(root)]}
    commands |= {name: OTHERS[name][0](files) for name in names}
    rounds = _rounds(commands)
    size = sum(file.stat().st_size for file in files)
    print(f"{what}: {len(files)} files, {size / 1e6:.2f} MB")
    against = [
        Comparison(
            name=f"{what} checked, against {name}", ours="seatrial check", other=name, unit="s",
            rounds=tuple((one["seatrial"], one[name]) for one in rounds if name in one),
        )
        for name in names
    ]  # fmt: skip
    alone = tuple((one["seatrial"], LONGEST_SECONDS) for one in rounds)
    limit = Comparison(
        name=f"{what} checked", ours="seatrial check", other="the limit", unit="s", rounds=alone, limit=1.0,
        aim=f"{LONGEST_SECONDS:g} s at most",
    )  # fmt: skip
    return [*against, limit]


def _rounds(commands: Mapping[str, list[str]]) -> list[dict[str, float]]:
    found: list[dict[str, float]] = []
    for _ in range(ROUNDS):
        quick = [name for name in commands if not found or found[0][name] < TOO_LONG or name == "seatrial"]
        found.append({name: took(commands[name]) for name in quick})
    return found


def shipped(names: Iterable[str]) -> dict[str, object]:
    """How many findings there are on the shipped release, by tool."""
    files = sorted((ROOT / "supabase" / "migrations").glob("*.sql"))
    ran = subprocess.run(
        [program("seatrial"), "check", str(ROOT), "--format", "json"], capture_output=True, check=False
    )
    levels = [one["level"] for one in json.loads(ran.stdout)["result"]["findings"]]
    told: dict[str, object] = {"findings of seatrial on the shipped release": len(levels)}
    told["of them blocking"] = levels.count("blocks")
    return told | {
        f"findings of {name} on the shipped release": sum(map(len, said(name, files).values())) for name in names
    }


def thousand_files(root: Path) -> Path:
    """A release of 1,000 files of about 1 KB: tables with policies, functions, changes, indexes, views, comments."""
    folder = root / "supabase" / "migrations"
    folder.mkdir(parents=True)
    (root / "supabase" / "config.toml").touch()
    start = datetime(2024, 1, 1, tzinfo=UTC)
    for number in range(1000):
        version = start + timedelta(hours=number)
        text = KINDS[number % len(KINDS)].replace("{t}", f"things_{number // len(KINDS)}").replace("{n}", str(number))
        (folder / f"{version:%Y%m%d%H%M%S}_step_{number}.sql").write_text(text, encoding="utf-8")
    return root


KINDS = tuple(
    text.lstrip("\n")
    for text in Path(__file__).with_name("thousand_files.sql").read_text(encoding="utf-8").split("-- next file\n")
)


def main() -> int:
    """Print all of it; 1 when less is found than by another, or 1,000 files take longer than they may."""
    names = [name for name in OTHERS if program(name)]
    missing = dict.fromkeys(OTHERS.keys() - set(names), NOT_HERE)
    for name, why in missing.items():
        print(name, why)
    found, told = corpus(names), shipped(names)
    with tempfile.TemporaryDirectory() as place:
        times = [
            *timed("the shipped release", ROOT, names),
            *timed("1,000 files of 1 MB", thousand_files(Path(place)), names),
        ]
    return publish(Path(__file__).stem, [*found, *times], figures=told | missing)


if __name__ == "__main__":
    sys.exit(main())
