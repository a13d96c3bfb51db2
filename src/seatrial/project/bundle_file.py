"""A support bundle as a file: a zip whose first member tells what it is."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun
from seatrial.project.document import Kind, refuse_unwritable, write_documents

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["MANIFEST", "refuse_bundle", "write_bundle"]

FOLDER = "seatrial-support"
#: The member that tells what is in the bundle; it comes first, and the file is known again by it.
MANIFEST = "manifest.json"
#: A zip begins with 30 bytes of numbers and the name of its first member; as text they are no more characters.
BUNDLE = Kind(what="support bundle", begins=rf"(?s)PK\x03\x04.{{1,26}}{FOLDER}/{MANIFEST}")


def refuse_bundle(path: Path, root: Path) -> None:
    """Before anybody is asked: what cannot be written, or is not ours.

    Raises:
        CannotRun: says what is there.
    """
    try:
        refuse_unwritable(BUNDLE, path, root=root)
    except CannotRun as problem:
        # Settings that cannot be read may be why somebody needs help.
        if not problem.code.startswith("settings."):
            raise


def write_bundle(path: Path, manifest: str, members: Mapping[str, str]) -> None:
    """Save it, all of it or nothing.

    Raises:
        CannotRun: the file cannot be written, or what is there is not ours.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {MANIFEST: manifest, **members}.items():
            archive.writestr(f"{FOLDER}/{name}", text)
    write_documents(BUNDLE, {path: made.getvalue()})
