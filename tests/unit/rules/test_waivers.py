"""Which finding a waiver lets stay: by where the comment stands, by its last day, and by what it says."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.unit.rules.claims import ALLOW, RAN, TODAY, codes, finding, settled

from seatrial.rules.beside import in_comments
from seatrial.rules.run import review
from seatrial.rules.waivers import settle

if TYPE_CHECKING:
    from tests.unit.rules.conftest import ScriptOf


# Where the comment stands: the finding is at the word "here" ----------------------------------------------

FUNCTION = """create function public.f() returns void language plpgsql as $body$
begin
  perform 1;{after_first}
{before}
  update here set a = 1;{after}
{below}
  perform 2;
end
$body$;
"""
ATOMIC = """create function f() returns int begin atomic
  select 1;
  {before}
  select here; {after}
  {below}
  select 3;
end;
"""


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"select 1;\n{ALLOW}\nselect here;\n", id="on the line before"),
        pytest.param(f"select 1;\n\n  {ALLOW}\n\nselect here;\n", id="before, with empty lines"),
        pytest.param(
            f"{ALLOW}\n-- another comment\n/* and one more */\nselect here;\n", id="first of several comments"
        ),
        pytest.param(f"select\n  {ALLOW}\n  here;\n", id="inside"),
        pytest.param(f"select here {ALLOW}\n;\n", id="inside, before the semicolon"),
        pytest.param(f"select here; {ALLOW}\nselect 2;\n", id="at the end of its line"),
        pytest.param(f"select here,\n  2; {ALLOW}\nselect 2;\n", id="at the end of its last line"),
        pytest.param(f"select 1; select here; {ALLOW}\n", id="the second of two on one line"),
        pytest.param(f"select here; /* yes */ {ALLOW}\nselect 2;\n", id="behind another comment"),
        pytest.param(f"select here {ALLOW}", id="a file without a last semicolon"),
        pytest.param(f"select 'é', '🚢';\n{ALLOW}\nselect 'ü', here;\n", id="behind letters of several bytes"),
        pytest.param(f"select 1;\r\n{ALLOW}\r\nselect here;\r\n", id="lines that end in CRLF"),
        pytest.param(f"select here; {ALLOW}\r\nselect 2;\r\n", id="at the end, CRLF"),
        pytest.param("/* seatrial: allow TXN001 until 2027-03-01\n because of it */ select here;", id="block comment"),
        pytest.param(f"{ALLOW}\ncreate function f() returns int language sql as 'select here';", id="over a function"),
        pytest.param(FUNCTION.format(after_first="", before=f"  {ALLOW}", after="", below=""), id="body, before"),
        pytest.param(FUNCTION.format(after_first="", before="", after=f" {ALLOW}", below=""), id="body, at the end"),
        pytest.param(
            f"do $$ begin\n  if true then\n    {ALLOW}\n    delete from here;\n  end if;\nend $$;",
            id="DO, inside an IF",
        ),
        pytest.param(
            f"create function f() returns int language sql as '\n{ALLOW}\nselect here, ''a'';\nselect 2'",
            id="body in quotes",
        ),
        pytest.param(ATOMIC.format(before=ALLOW, after="", below=""), id="BEGIN ATOMIC, before"),
        pytest.param(ATOMIC.format(before="", after=ALLOW, below=""), id="BEGIN ATOMIC, at the end"),
    ],
)
def test_a_waiver_beside_the_statement_holds(text: str, script_of: ScriptOf) -> None:
    script = script_of(text)
    assert script.fault is None
    one = finding(script, text.index("here"))

    answer = settled(script, one)

    assert answer.findings == ()
    assert [(waived.finding, waived.waiver.until) for waived in answer.waived] == [(one, "2027-03-01")]
    assert answer.waived[0].waiver.because.startswith("of ")
    assert "eatrial: allow" in answer.waived[0].waiver.place.source_line
    assert codes(answer) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"select here;\n{ALLOW}\nselect 2;\n", id="on the line below"),
        pytest.param(f"select 1; {ALLOW}\nselect here;\n", id="at the end of the one before"),
        pytest.param(f"select here; select 2; {ALLOW}\n", id="the first of two on one line"),
        pytest.param(f"select here;\nselect '{ALLOW}';\n", id="in a string"),
        pytest.param(f"select $${ALLOW}$$, here;\n", id="in dollar quotes that are no body"),
        pytest.param(f"{ALLOW}\nselect 1;\nselect here;\n", id="before another"),
        pytest.param(
            FUNCTION.format(after_first=f" {ALLOW}", before="", after="", below=""), id="body, end of the first"
        ),
        pytest.param(FUNCTION.format(after_first="", before="", after="", below=f"  {ALLOW}"), id="body, below"),
        pytest.param(ATOMIC.format(before="", after="", below=ALLOW), id="BEGIN ATOMIC, below"),
        pytest.param(
            f"{FUNCTION.format(after_first='', before='', after='', below='')}{ALLOW}\nselect 1;", id="outside"
        ),
    ],
)
def test_a_waiver_elsewhere_does_not(text: str, script_of: ScriptOf) -> None:
    script = script_of(text)
    assert script.fault is None
    one = finding(script, text.index("here"))

    assert settled(script, one).findings == (one,)


def test_a_comment_before_the_first_statement_speaks_of_the_file_too(script_of: ScriptOf) -> None:
    script = script_of(f"-- About notes.\n{ALLOW}\n\nselect 1;\nselect 2;\n")
    whole, first, second = (
        finding(script, at) for at in (None, script.statements[0].start, script.statements[1].start)
    )

    assert settled(script, whole, first, second).findings == (second,)


def test_a_comment_below_the_first_statement_does_not_speak_of_the_file(script_of: ScriptOf) -> None:
    script = script_of(f"select 1;\n{ALLOW}\nselect 2;\n")
    whole = finding(script, None)

    assert settled(script, whole).findings == (whole,)


def test_in_a_file_without_statements_any_comment_speaks_of_the_file(script_of: ScriptOf) -> None:
    script = script_of(f"-- Nothing here.\n{ALLOW}\n")

    assert settled(script, finding(script, None)).findings == ()


def test_a_waiver_of_one_file_says_nothing_of_another(script_of: ScriptOf) -> None:
    script, other = script_of(f"{ALLOW}\nselect 1;"), script_of("select 1;", "20250122120001_b.sql")
    one = finding(other, 0)

    answer = settle([one], in_comments([script, other]), today=TODAY, ran=RAN)

    assert answer.findings == (one,)


# Until when -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("until", "today", "raises"),
    [
        pytest.param("2027-03-01", date(2027, 2, 28), [], id="tomorrow"),
        pytest.param("2027-03-01", date(2027, 3, 1), [], id="its last day"),
        pytest.param("2027-03-01", date(2027, 3, 2), ["WVR001"], id="over"),
        pytest.param("2028-02-29", date(2028, 2, 29), [], id="leap day"),
        pytest.param("2028-02-29", date(2028, 3, 1), ["WVR001"], id="day after leap day"),
        pytest.param("2028-02-29", date(2027, 2, 28), [], id="366 days"),
        pytest.param("2028-03-01", date(2027, 2, 28), ["WVR003"], id="367 days"),
        pytest.param("9999-12-31", date(2027, 2, 28), ["WVR003"], id="for ever"),
        pytest.param("2027-02-29", date(2027, 2, 1), ["WVR003"], id="no leap year"),
        pytest.param("2027-3-1", date(2027, 2, 1), ["WVR003"], id="one digit"),
        pytest.param("20270301", date(2027, 2, 1), ["WVR003"], id="without hyphens"),
        pytest.param("2027-W09-1", date(2027, 2, 1), ["WVR003"], id="a week"),
        pytest.param("soon", date(2027, 2, 1), ["WVR003"], id="soon"),
        pytest.param("2027-0\N{ARABIC-INDIC DIGIT THREE}-01", date(2027, 2, 1), ["WVR003"], id="other digits"),
    ],
)
def test_a_waiver_holds_through_its_last_day(until: str, today: date, raises: list[str], script_of: ScriptOf) -> None:
    script = script_of(f"-- seatrial: allow TXN001 until {until} because of the night\nselect 1;\n")
    one = finding(script, script.statements[0].start)

    answer = settled(script, one, today=today)

    assert codes(answer) == raises
    assert answer.findings == ((one,) if raises else ())


def test_what_another_waiver_covers_does_not_count_again(script_of: ScriptOf) -> None:
    script = script_of(f"{ALLOW.replace('2027', '2026')}\n{ALLOW}\nselect 1;\n")

    answer = settled(script, finding(script, script.statements[0].start))

    assert (answer.findings, codes(answer)) == ((), ["WVR002"])


# What it says ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("allow TXN001", "it has no end date"),
        ("allow TXN001 because it is small", "it has no end date"),
        ("allow TXN001 until 2027-03-01", "it has no reason"),
        ("allow TXN001 until 2027-03-01 because …", "it has no reason"),
        ("allow TXN001 until 2027-03-01 it is small", '"because" is missing'),
        ("allow until 2027-03-01 because it is small", "it names no code"),
        ("allow TXN0001 until 2027-03-01 because it is small", '"TXN0001" is no code of a rule'),
        ("allow TXN999 until 2027-03-01 because it is small", "there is no rule TXN999"),
        ("allow TXN999-00000000 until 2027-03-01 because it is small", "there is no rule TXN999"),
        ("allow TXN001, TXN999 until 2027-03-01 because it is small", "there is no rule TXN999"),
        ("allow SYN001 until 2027-03-01 because it is small", "a finding of SYN001 cannot be waived"),
        ("allow WVR002 until 2027-03-01 because it is small", "a finding of WVR002 cannot be waived"),
    ],
)
def test_what_cannot_be_taken_is_said_with_its_reason(said: str, why: str, script_of: ScriptOf) -> None:
    script = script_of(f"-- seatrial: {said}\nselect 1;\n")
    one = finding(script, script.statements[0].start)

    answer = settled(script, one)

    assert answer.findings == (one,)
    [problem] = review(answer.claimed)
    assert problem.code == "WVR003"
    assert why in problem.what
    assert problem.place.line == 1


@pytest.mark.parametrize(
    "comment",
    [
        "--seatrial:allow TXN001 until 2027-03-01 because of it",
        "-- Seatrial: Allow txn001 Until 2027-03-01 Because of it",
        "-- seatrial allow TXN001 until 2027-03-01 because of it",
        "-- seatrial: allow TXN002 TXN001 until 2027-03-01, because of it",
        "-- seatrial: allow TXN002 and TXN001 until 2027-03-01 because of it",
        "-- seatrial: allow txn001-0000ABCD until 2027-03-01 because of it",
        "-- seatrial: allow TXN001\n-- until 2027-03-01\n-- because of it",
    ],
)
def test_small_differences_of_writing_do_not_matter(comment: str, script_of: ScriptOf) -> None:
    script = script_of(f"{comment}\nselect 1;\n")
    one = finding(script, script.statements[0].start, key="TXN001-0000abcd")

    answer = settled(script, one, finding(script, script.statements[0].start, "TXN002"))

    assert [(waived.finding, waived.waiver.because) for waived in answer.waived][-1:] != []
    assert one in [waived.finding for waived in answer.waived]
    assert {waived.waiver.because for waived in answer.waived} == {"of it"}


def test_several_codes_are_waived_together_and_judged_one_by_one(script_of: ScriptOf) -> None:
    script = script_of("-- seatrial: allow TXN001, TXN002 until 2027-03-01 because of it\nselect 1;\n")
    one = finding(script, script.statements[0].start)

    answer = settled(script, one)

    assert answer.findings == ()
    [unused] = review(answer.claimed)
    assert (unused.code, "TXN002" in unused.what) == ("WVR002", True)


@pytest.mark.parametrize(
    ("text", "because"),
    [
        pytest.param("-- {w} of\n-- the night\nselect 1;", "of the night", id="a second line"),
        pytest.param("-- {w} of it\n\n-- Adds notes.\nselect 1;", "of it", id="an empty line ends it"),
        pytest.param("-- {w} of it\n--\n-- Adds notes.\nselect 1;", "of it", id="so does an empty comment"),
        pytest.param("-- {w} of it\n  -- Adds notes.\nselect 1;", "of it", id="and another column"),
        pytest.param("select 1; -- {w} of\n          -- the night", "of the night", id="below the end of a line"),
        pytest.param("select 1; -- {w} of it\n-- Adds notes.\nselect 2;", "of it", id="the next one's own comment"),
        pytest.param("-- {w} of it\n-- seatrial: batch key=id\nselect 1;", "of it", id="another word to Seatrial"),
    ],
)
def test_a_reason_may_go_on_in_the_same_column(text: str, because: str, script_of: ScriptOf) -> None:
    script = script_of(text.format(w="seatrial: allow TXN001 until 2027-03-01 because"))

    answer = settled(script, finding(script, script.statements[0].start))

    assert [waived.waiver.because for waived in answer.waived] == [because]
    assert codes(answer) == []


def test_prose_that_mentions_seatrial_is_no_waiver(script_of: ScriptOf) -> None:
    script = script_of(
        "-- Checked by Seatrial: see docs.\n-- seatrial is a tool\n-- seatrial: batch key=id\nselect 1;\n"
    )

    assert codes(settled(script)) == []
