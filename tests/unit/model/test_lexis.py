"""What the rules take for comments and quoted text is what PostgreSQL's scanner takes for it."""

from __future__ import annotations

import postgast
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from postgast import pg_query_pb2

from seatrial.model.lexis import SpanKind, blanked, spans

_PIECES = [
    "'",
    '"',
    "$$",
    "$a$",
    "$",
    "/*",
    "*/",
    "--",
    "\n",
    "\\",
    "E'",
    "e",
    "U&'",
    ";",
    " ",
    "é",
    "a",
    "1",
    "n'",
    "\r\n",
]
_QUOTED = {"SCONST", "USCONST", "BCONST", "XCONST", "UIDENT", "SQL_COMMENT", "C_COMMENT"}


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=14).map("".join))
def test_blanks_out_what_the_scanner_calls_quoted_and_nothing_else(text: str) -> None:
    try:
        tokens = postgast.scan(text).tokens
    except postgast.PgQueryError:
        assume(False)
    encoded, blank = text.encode(), blanked(text)

    for token in tokens:
        word = encoded[token.start : token.end].decode()
        start = len(encoded[: token.start].decode())
        shown = blank[start : start + len(word)]
        name = pg_query_pb2.Token.Name(token.token)
        if name in _QUOTED or word.startswith('"'):
            assert not shown.strip().strip("uUnNbBxX&"), (word, shown)
        else:
            assert shown == word


@given(st.lists(st.sampled_from(_PIECES), max_size=30).map("".join))
def test_offsets_and_line_ends_stay(text: str) -> None:
    blank = blanked(text)

    assert len(blank) == len(text)
    assert [at for at, each in enumerate(blank) if each == "\n"] == [at for at, each in enumerate(text) if each == "\n"]


@pytest.mark.parametrize(
    ("text", "kind", "closed"),
    [
        ("-- one", SpanKind.LINE_COMMENT, True),
        ("/* one /* two */", SpanKind.BLOCK_COMMENT, False),
        ("/* one /* two */ */", SpanKind.BLOCK_COMMENT, True),
        ("'it''s'", SpanKind.STRING, True),
        (r"E'it\'s'", SpanKind.STRING, True),
        (r"'it\'", SpanKind.STRING, True),
        (r"E'it\'", SpanKind.STRING, False),
        ('"a ""b"', SpanKind.IDENTIFIER, True),
        ("$a$ $b$ $$ $a$", SpanKind.DOLLAR, True),
        ("$a$ $b$", SpanKind.DOLLAR, False),
    ],
)
def test_one_span(text: str, kind: SpanKind, closed: bool) -> None:  # noqa: FBT001 - a row of the table
    [span] = spans(text)

    assert (span.kind, span.closed, span.start, span.end) == (kind, closed, 0, len(text))


def test_a_dollar_within_a_name_opens_nothing() -> None:
    assert spans("select a$b$c, 1") == ()


def test_a_letter_before_the_e_makes_a_plain_string() -> None:
    [span] = spans(r"date'2025\'")

    assert span.start == 4
