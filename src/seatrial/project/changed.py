"""Which files of a folder differ from a commit: asked of git, which never runs anything that the folder names."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["changed_since"]

#: Names as they are, below the folder; no program of somebody's configuration.
DIFF = ("diff", "--name-only", "--relative", "-z", "--no-ext-diff", "--no-textconv", "--no-renames")
UNTRACKED = ("ls-files", "--others", "--exclude-standard", "-z")


def changed_since(root: Path, reference: str) -> frozenset[str]:
    """Files that are not as they were where the work in this folder left a branch, a tag or a commit.

    Args:
        root: the release folder, anywhere in a work tree.
        reference: `main`, `origin/main`, a commit.

    Returns:
        Paths from the folder, with forward slashes; what is not committed yet counts, and so does what is untracked.

    Raises:
        CannotRun: no git, no work tree, no such reference, or nothing that the two have in common.
    """
    commit = f"{reference}^{{commit}}"
    _git(root, "rev-parse", "--show-toplevel", otherwise="this folder is in no git work tree")
    known = _git(
        root, "rev-parse", "--verify", "--quiet", "--end-of-options", commit,
        otherwise=f"git knows no {reference!r}", fix="git fetch origin, then give --against origin/main",
    ).strip()  # fmt: skip
    base = _git(
        root, "merge-base", known, "HEAD", otherwise=f"{reference!r} and this checkout share no commit",
        fix="fetch the whole history: git fetch --unshallow; in a workflow, fetch-depth: 0",
    ).strip()  # fmt: skip
    names = _git(root, *DIFF, base, "--", ".") + _git(root, *UNTRACKED)
    return frozenset(filter(None, names.split("\0")))


def _git(root: Path, *words: str, otherwise: str = "git cannot compare this folder", fix: str = "") -> str:
    try:
        done = subprocess.run(
            ["git", *words],  # noqa: S607 - the one on the PATH, which is where a person's git is
            cwd=root,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
        )
    except FileNotFoundError:
        raise CannotRun("against.no-git", "git is not installed, or the folder is not there", where="--against",
                        fix="install git, or leave --against out") from None  # fmt: skip
    if done.returncode:
        raise CannotRun(
            "against.unknown", otherwise, where="--against", why=" ".join(done.stderr.split()),
            fix=fix or "leave --against out",
        )  # fmt: skip
    return done.stdout
