"""Pages that Seatrial wrote about releases, for operators: in a frame in which nothing runs and nothing leads out."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import Response

from integrations_hub.services.dashboard import missing

if TYPE_CHECKING:
    from pathlib import Path

    from integrations_hub.pages.visit import Visit

__all__ = ["Release", "listed", "raw", "releases", "shown"]

KINDS = {".html": "page", ".md": "note", ".json": "record"}
#: Of what is read to find a title, and of a text that is shown within a page.
HEAD, LONGEST_TEXT = 16_384, 2_000_000
TITLES = {
    ".html": re.compile(r"<title>(.*?)</title>", re.DOTALL),
    ".md": re.compile(r"^#\s+(.+)$", re.MULTILINE),
    ".json": re.compile(r'"(?:summary|sentence)"\s*:\s*"((?:[^"\\]|\\.)+)"'),
}
#: Neither scripts, forms nor plug-ins; only a page of the hub may frame it.
SANDBOX = {
    "Content-Security-Policy": (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A file of the folder."""

    name: str
    kind: str
    title: str
    at: datetime
    size: int


def releases(visit: Visit) -> Response:
    """What there is, newest first."""
    visit.site.dashboard.operators_only(visit.caller)
    folder = visit.site.releases
    return visit.show("releases.html", here="releases", found=None if folder is None else listed(folder))


def shown(visit: Visit) -> Response:
    """One of them: a page in a frame, a text as text."""
    visit.site.dashboard.operators_only(visit.caller)
    path = _path(visit)
    is_page = path.suffix == ".html"
    text = None if is_page else path.read_text(encoding="utf-8", errors="replace")[:LONGEST_TEXT]
    return visit.show("release.html", here="releases", one=_release(path), text=text)


def raw(visit: Visit) -> Response:
    """The page itself, for the frame; by itself its links would lead out."""
    visit.site.dashboard.operators_only(visit.caller)
    path = _path(visit)
    if path.suffix != ".html":
        raise missing()
    if visit.request.headers.get("sec-fetch-dest", "iframe") != "iframe":
        return visit.go(f"/operator/releases/{quote(path.name)}")
    return Response(path.read_bytes(), media_type="text/html; charset=utf-8", headers=SANDBOX)


def listed(folder: Path) -> list[Release]:
    """Pages of the folder itself; a link that leads out of it is none."""
    try:
        found = [_release(path) for path in sorted(folder.iterdir()) if _is_inside(path, folder)]
    except OSError:
        return []
    return sorted(found, key=lambda one: one.at, reverse=True)


def _path(visit: Visit) -> Path:
    folder, name = visit.site.releases, visit.path("name")
    if folder is None or "/" in name or "\\" in name or "\x00" in name or not _is_inside(folder / name, folder):
        raise missing()
    return folder / name


def _is_inside(path: Path, folder: Path) -> bool:
    try:
        is_meant = path.suffix in KINDS and not path.name.startswith(".")
        return is_meant and path.resolve().parent == folder.resolve() and path.is_file()
    except OSError:
        return False


def _release(path: Path) -> Release:
    stat = path.stat()
    return Release(
        name=path.name, kind=KINDS[path.suffix], title=_title(path), at=datetime.fromtimestamp(stat.st_mtime, UTC),
        size=stat.st_size,
    )  # fmt: skip


def _title(path: Path) -> str:
    """As the file calls itself, or its name."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            head = file.read(HEAD)
    except OSError:
        return path.name
    found = TITLES[path.suffix].search(head)
    text = html.unescape(found[1]) if found and path.suffix == ".html" else found[1] if found else ""
    return " ".join(text.split())[:200] or path.name
