"""A rule's page: prose for a person, and two sets of small folders that the tests check and run.

Every fenced block under Bad and Good is one file. Its info string names the kind and the file, then options; a name
with spaces is quoted as in a shell:

    sql file=20250122120000_add_notes.sql encoding=utf-16 line-ends=crlf expect=FIL006,FIL007 unreadable
    hex file=20250122120000_add_notes.sql

The blocks of a section form one folder; a `###` heading starts the next one. `-- expect: FIL003` says that the
rule fires in this file; at the end of a line of SQL it says that it fires on that line. `-- expect read: LCK001` is
what only reading finds and a rehearsal withdraws, `-- expect rehearsed: LCK001` what only a rehearsal finds.

`platform=supabase` at one of its files makes a folder a project there, whose tables clients reach.
On the page of a rule that judges a rehearsal, all files of a folder but the last are what the target has already.
On that of a rule that judges what was measured likewise; `toml file=seatrial.toml` has the queries.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["SECTIONS", "Example", "Expected", "Folder", "Page", "read_page"]

SECTIONS = ("What it finds", "Why it matters", "Bad", "Good", "How to fix", "What it cannot see")

_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_SETTINGS = "toml file=seatrial.toml"
_EXPECT = re.compile(r"^(?P<before>.*?)-- expect(?P<by> read| rehearsed)?: (?P<codes>[A-Z0-9, ]+?)\s*$")
_CODECS = {"utf-8": "utf-8", "utf-8-bom": "utf-8-sig", "utf-16": "utf-16", "latin-1": "latin-1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A finding that must be there."""

    code: str
    #: Counted from one; 0 where any line of the file will do.
    line: int = 0
    #: `read` or `rehearsed`, where only one of them finds it.
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One file of an example folder."""

    name: str
    #: None for a file that is there and cannot be read.
    content: bytes | None
    expects: tuple[Expected, ...] = ()
    #: `supabase`, where it says so.
    platform: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """Files that lie together in one migrations folder."""

    heading: str
    files: tuple[Example, ...]
    settings: str = ""

    @property
    def platform(self) -> str:
        """`supabase` or `postgres`."""
        return next((file.platform for file in self.files if file.platform), "postgres")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page that has the shape which every page has."""

    title: str
    #: By heading, in the order of SECTIONS; without the heading itself.
    sections: Mapping[str, str]
    bad: tuple[Folder, ...]
    good: tuple[Folder, ...]


def read_page(text: str) -> Page:
    """Read a page.

    Raises:
        ValueError: the title, a section or the info string of a block is not as the module says.
    """
    title, sections = _sections(text)
    bad, good = (tuple(_folders(sections[name])) for name in ("Bad", "Good"))
    return Page(title=title, sections=sections, bad=bad, good=good)


def _sections(text: str) -> tuple[str, dict[str, str]]:
    head, *rest = re.split(r"^## ", text, flags=re.MULTILINE)
    title = head.strip().removeprefix("# ").strip()
    if not head.startswith("# ") or not title or "\n" in title:
        raise ValueError("a page begins with a title line and nothing else before its first section")
    parts = [part.partition("\n") for part in rest]
    sections = {heading.strip(): body.strip("\n") for heading, _, body in parts}
    if tuple(heading.strip() for heading, _, _ in parts) != SECTIONS:
        raise ValueError(f"the sections of a page are {', '.join(SECTIONS)}; here: {', '.join(sections) or 'none'}")
    empty = [heading for heading, body in sections.items() if not body.strip()]
    if empty:
        raise ValueError(f"nothing stands under {', '.join(empty)}")
    return title, sections


def _folders(section: str) -> Iterator[Folder]:
    for part in re.split(r"^(?=### )", section, flags=re.MULTILINE):
        heading = part.partition("\n")[0].removeprefix("### ") if part.startswith("### ") else ""
        found = [(fence["info"], fence["body"]) for fence in _FENCE.finditer(part)]
        settings = "".join(body for info, body in found if info == _SETTINGS)
        files = tuple(_example(info, body) for info, body in found if info != _SETTINGS)
        if heading and not files:
            raise ValueError(f'no file stands under "{heading}"')
        if files:
            yield Folder(heading=heading, files=files, settings=settings)


def _example(info: str, body: str) -> Example:
    kind, *words = shlex.split(info) or [""]
    options = dict(word.partition("=")[::2] for word in words)
    unknown = options.keys() - {"file", "encoding", "line-ends", "expect", "unreadable", "platform"}
    if unknown or kind not in {"sql", "text", "hex"} or not options.get("file"):
        raise ValueError(f'"```{info}" is not `sql|text|hex file=NAME [OPTION …]`')
    expects = tuple(Expected(code=code) for code in options.get("expect", "").split(",") if code)
    content = None if "unreadable" in options else _content(kind, options, body)
    return Example(
        name=options["file"], content=content, expects=expects + tuple(_expected_in(body)),
        platform=options.get("platform", ""),
    )  # fmt: skip


def _content(kind: str, options: Mapping[str, str], body: str) -> bytes:
    if kind == "hex":
        return bytes.fromhex(body)
    lines = body.replace("\n", "\r\n") if options.get("line-ends") == "crlf" else body
    return lines.encode(_CODECS[options.get("encoding", "utf-8")])


def _expected_in(body: str) -> Iterator[Expected]:
    for number, line in enumerate(body.splitlines(), start=1):
        match = _EXPECT.match(line)
        if match:
            for code in match["codes"].replace(",", " ").split():
                yield Expected(code=code, line=number if match["before"].strip() else 0, by=(match["by"] or "").strip())
