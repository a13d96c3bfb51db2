"""What a shell can complete: names that are known without a connection; where something is wrong there are none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import seatrial.rules
from seatrial.errors import SeatrialError
from seatrial.model.wishes import NOTHING, is_saved
from seatrial.proofs.registry import CLAIMS

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["pages", "starts", "targets"]


def pages() -> Iterator[tuple[str, str]]:
    """Code and name of every rule, then the proofs: by their files, so that no rule is loaded."""
    files = Path(seatrial.rules.__path__[0]).glob(f"*/{'[a-z]' * 3}{'[0-9]' * 3}_*.py")
    for stem in sorted(path.stem for path in files):
        code, _, name = stem.partition("_")
        yield code.upper(), name.replace("_", " ")
    yield from CLAIMS.items()


def targets(root: Path) -> Iterator[tuple[str, str]]:
    """Targets that the settings of a folder name, and where; no value of theirs is looked at."""
    # Only here: it takes longer to load than the rest of the command line together.
    from seatrial.project.settings import read_settings, read_supabase_config
    from seatrial.project.targets import named_targets

    try:
        settings = read_settings(root / "seatrial.toml")
        config = read_supabase_config(root / "supabase" / "config.toml")
    except SeatrialError:
        return
    yield from ((name, known.where) for name, known in sorted(named_targets(settings, config, root).items()))


def starts(root: Path, begun: str) -> Iterator[tuple[str, str]]:
    """What a rehearsal can start from: nothing, a target, a file that may be a saved stand-in."""
    yield NOTHING, "an empty platform"
    yield from targets(root)
    folder, _, _ = begun.rpartition("/")
    for path in sorted(Path(folder or ("/" if begun.startswith("/") else ".")).glob("*.json")):
        if is_saved(str(path)):
            yield str(path), "a file"
