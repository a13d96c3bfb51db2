"""A system's PostgreSQL below 18, with the platform's extensions among its own.

Such a server has no setting that names a second folder of extensions. But it looks for its files relative to where
its program lies: a copy of the program, with links to everything else, can have an extension folder of our making.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from seatrial.scratch import prelude
from seatrial.scratch.installation import Installation

if TYPE_CHECKING:
    from pathlib import Path

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
    share = _below(root, installation.share)
    if share.is_symlink():
        share.unlink()
    prelude.build_extension_folder(installation.share, share)
    _link_missing(installation.share, share)
    _link_missing(installation.share / "extension", share / "extension")


def _below(root: Path, path: Path) -> Path:
    return root / path.resolve().relative_to("/")


def _link_missing(source: Path, destination: Path) -> None:
    for entry in source.iterdir():
        if not (destination / entry.name).exists():
            (destination / entry.name).symlink_to(entry)
