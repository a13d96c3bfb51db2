"""JSON files with a digest of what is in them: whoever edits one finds out before it is used."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from seatrial.project.document import Kind, write_documents
from seatrial.project.files import read_regular

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

__all__ = ["Seal", "read_sealed", "write_sealed"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """A kind of such files."""

    what: str
    #: The name of the content in the file.
    key: str
    #: Raised when an older file can no longer be used.
    format: int
    #: Parts of the content that the digest leaves out.
    besides: tuple[str, ...] = ()
    elsewhere: str = "give --out FILE"

    @property
    def kind(self) -> Kind:
        """The file as a document, in whatever format."""
        begins = rf'\s*\{{\s*"format":\s*\d+,\s*"digest":\s*"\w*",\s*"{self.key}":'
        return Kind(what=self.what, begins=begins, elsewhere=self.elsewhere, makes_folder=False)

    def digest(self, content: Mapping[str, Any]) -> str:
        """Of the content."""
        left = {name: content[name] for name in content if name not in self.besides} if self.besides else content
        return hashlib.sha256(json.dumps(left, sort_keys=True).encode()).hexdigest()


def write_sealed(path: Path, seal: Seal, content: Mapping[str, Any]) -> None:
    """Save it.

    Raises:
        CannotRun: the file cannot be written, or what is there is another one.
    """
    record = {"format": seal.format, "digest": seal.digest(content), seal.key: content}
    write_documents(seal.kind, {path: json.dumps(record, indent=1) + "\n"})


def read_sealed(path: Path, seal: Seal, make: Callable[..., _T]) -> _T:
    """What `make` makes of the content, each part of it by its name.

    Raises:
        ValueError: why it cannot be used: there is none, it was edited, or another version of Seatrial wrote it.
    """
    try:
        text = read_regular(path)
    except OSError as error:
        raise ValueError(error.strerror or str(error)) from None
    if text is None:
        raise ValueError("there is no such file")
    try:
        found = json.loads(text.decode("utf-8"))
        why = _fault(found, seal)
        if not why:
            return make(**found[seal.key])
    except (ValueError, LookupError, TypeError, RecursionError, AttributeError):
        why = f"it is no {seal.what}, or only a part of one"
    raise ValueError(why)


def _fault(found: Mapping[str, Any], seal: Seal) -> str:
    if found["format"] != seal.format:
        return f"it is of format {str(found['format'])[:20]}, and this Seatrial reads format {seal.format}"
    if seal.digest(found[seal.key]) != found["digest"]:
        return "it was edited: its content is not what its digest says"
    return ""
