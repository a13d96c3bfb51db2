"""The release note and the tracking documents, as Markdown."""

from __future__ import annotations

from seatrial.report.release_note.notes import digest_of, names_of, notes, stem_of

__all__ = ["digest_of", "names_of", "notes", "stem_of"]
