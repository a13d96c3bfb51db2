"""A system's PostgreSQL below 18, with the platform's extensions among its own.

Such a server has no setting that names a second folder of extensions. But it looks for its files relative to where
its program lies: a copy of the program, with links to everything else, can have an extension folder of our making.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from seatrial.scratch import prelude
from seatrial.scratch.installation import Installation

__all__ = ["mirror", "mirrored"]

#: What has to lie in the mirror itself, as a program finds itself by following links.
PROGRAMS = ("postgres", "initdb")


def mirrored(installation: Installation, root: Path) -> Installation:
    """The installation as it is found below the mirror's root."""
    return Installation(bin=_below(root, installation.bin), version=installation.version, origin=installation.origin)


def mirror(installation: Installation, root: Path) -> None:
    """Make the mirror in an empty folder: the same paths, below another root."""
    programs = _below(root, installation.bin)
    programs.mkdir(parents=True)
    for program in installation.bin.iterdir():
        if program.name in PROGRAMS:
            shutil.copy2(program.resolve(), programs / program.name)
        else:
            (programs / program.name).symlink_to(program)
    _link_missing(installation.bin.resolve().parent, programs.parent)
    share = _own_folder(root, installation.share)
    extensions = share / "extension"
    if extensions.is_symlink():
        extensions.unlink()
    prelude.build_extension_folder(installation.share, share)
    _link_missing(installation.share, share)
    _link_missing(installation.share / "extension", extensions)


def _below(root: Path, path: Path) -> Path:
    return root / path.resolve().relative_to("/")


def _own_folder(root: Path, path: Path) -> Path:
    """The folder below the root, a real one all the way: through a link we would write into the installation."""
    here, there = root, Path("/")
    for part in path.resolve().relative_to("/").parts:
        here, there = here / part, there / part
        if here.is_symlink():
            here.unlink()
            here.mkdir()
            _link_missing(there, here)
        here.mkdir(exist_ok=True)
    return here


def _link_missing(source: Path, destination: Path) -> None:
    for entry in source.iterdir():
        if not (destination / entry.name).exists():
            (destination / entry.name).symlink_to(entry)
