"""Files that nobody would write on purpose: what there is, cut, joined, and with hostile bytes in it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from seatrial.rules.registry import rules

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

__all__ = ["mutated", "originals"]

ROOT = Path(__file__).parents[2]
#: Of a longer file a part is taken, so that many files can be tried.
LONGEST = 3000
#: Bytes that stand for something to one of those that read a file: encodings, the scanner, PL/pgSQL, a terminal.
HOSTILE = (
    b"\0", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xef\xbb\xbf", b"\xff\xfe", b"\r",
    b"\r\n", b"\x0b", b"\x1a", b"\x1b[2J", b"\x7f", "\u2028".encode(), "\u202e".encode(), "\u00a0".encode(),
    b"'", b'"', b"$$", b"$a$", b"/*", b"*/", b"--", b";", b"\\", b"\\.", b"(", b")", b"[", b"]", b",", b"::", b":=",
    b"U&'\\0041'", b"E'\\x'", b"E'\\777'", b"1e999999", b"9" * 400, b"$1", b"-- seatrial: allow ", b"-- wrong: ",
    b" begin ", b" end; ", b" loop ", b" null ", b" default ", b" cascade ", b" select ", b" using (true) ",
    b"%", b"{}",
    b"BEGIN ATOMIC ", b"<<a>>", b"#variable_conflict ", b" execute 'drop table a' ", b"\\i x\n", b"..", b"-" * 70,
)  # fmt: skip


@cache
def originals() -> tuple[bytes, ...]:
    """The corpus, the examples of every rule, and the parts of the shipped release."""
    files = [*sorted(ROOT.glob("tests/corpus/**/*.sql")), *sorted(ROOT.glob("supabase/migrations/*.sql"))]
    pages = [rule.page() for rule in rules()]
    examples = [file.content for page in pages for folder in (*page.bad, *page.good) for file in folder.files]
    contents = [path.read_bytes() for path in files] + [content for content in examples if content]
    return tuple(content[start : start + LONGEST] for content in contents for start in range(0, len(content), LONGEST))


def mutated(chance: random.Random) -> bytes:
    """An original with one to six changes, one after another."""
    content = chance.choice(originals())
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        content = chance.choice(MUTATIONS)(content, chance)
    return content


def _flip(content: bytes, chance: random.Random) -> bytes:
    at = _place(content, chance)
    return (
        content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :] if content[at:] else content
    )


def _delete(content: bytes, chance: random.Random) -> bytes:
    at = _place(content, chance)
    return content[:at] + content[at + chance.choice((1, 2, 10, 80, 400)) :]


def _duplicate(content: bytes, chance: random.Random) -> bytes:
    at, much = _place(content, chance), chance.choice((1, 8, 60, 300))
    return content[: at + much] + content[at : at + much] * chance.choice((1, 2, 5)) + content[at + much :]


def _insert(content: bytes, chance: random.Random) -> bytes:
    at = _place(content, chance)
    return content[:at] + chance.choice(HOSTILE) * chance.choice((1, 1, 1, 3)) + content[at:]


def _truncate(content: bytes, chance: random.Random) -> bytes:
    return content[: _place(content, chance)]


def _splice(content: bytes, chance: random.Random) -> bytes:
    other = chance.choice(originals())
    return content[: _place(content, chance)] + other[_place(other, chance) :]


def _line_ends(content: bytes, chance: random.Random) -> bytes:
    return content.replace(b"\n", chance.choice((b"\r\n", b"\r", b" ", b"\n\n", b"\n\r")))


def _swap_words(content: bytes, chance: random.Random) -> bytes:
    words = content.split(b" ")
    one, other = chance.randrange(len(words)), chance.randrange(len(words))
    words[one], words[other] = words[other], words[one]
    return b" ".join(words)


def _swap_lines(content: bytes, chance: random.Random) -> bytes:
    lines = content.split(b"\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _repeat_words(content: bytes, chance: random.Random) -> bytes:
    """Every place of a word gets another one of the file: names that mean something else, or nothing."""
    words = content.split()
    return content.replace(chance.choice(words), chance.choice(words)) if words else content


def _nest(content: bytes, chance: random.Random) -> bytes:
    """Brackets, blocks, CASE or sub-queries inside of each other."""
    deep = chance.choice((5, 60, 300, 2000))
    before, inside, after = chance.choice(
        ((b"(", b"1", b")"), (b"(select ", b"1", b")"), (b"not ", b"true", b""), (b"case when a then ", b"1", b" end"),
         (b"begin ", b"null;", b" end; "), (b"/*", b"", b"*/"), (b"a + ", b"b", b""), (b"array[", b"1", b"]"),
         (b"coalesce(", b"a", b", b)"), (b"a or (b and ", b"c", b")"))
    )  # fmt: skip
    at = _place(content, chance)
    return content[:at] + before * deep + inside + after * deep + content[at:]


def _huge(content: bytes, chance: random.Random) -> bytes:
    """One long thing: a literal, a name, a comment, a list, white space."""
    much = chance.choice((100, 5_000, 60_000))
    piece = chance.choice((b"'%s'", b'"%s"', b"-- %s\n", b"/* %s */", b" %s ", b"$x$%s$x$", b"(%s1)"))
    filling = chance.choice((b"a", b" ", b"1, ", b"\n", b"''", "ü".encode(), b"x' || '"))
    at = _place(content, chance)
    return content[:at] + piece.replace(b"%s", filling * (much // len(filling))) + content[at:]


def _in_a_body(content: bytes, chance: random.Random) -> bytes:
    """The file as the text of a function or of a DO block."""
    language = chance.choice((b"plpgsql", b"sql", b"plpython3u"))
    opening, ending = chance.choice(((b"begin\n", b"\nend"), (b"", b""), (b"declare a int; begin\n", b"\nend;")))
    head = chance.choice((b"do language %l $fz$", b"create function f() returns void language %l as $fz$"))
    return head.replace(b"%l", language) + opening + content + ending + b"$fz$;"


def _place(content: bytes, chance: random.Random) -> int:
    return chance.randint(0, len(content))


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flip, _delete, _duplicate, _insert, _insert, _truncate, _splice, _splice, _line_ends, _swap_words, _swap_lines,
    _repeat_words, _repeat_words, _nest, _huge, _in_a_body,
)  # fmt: skip
