"""The readiness page: everything is in it, nothing in it is more than text, and it says the same every time."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from tests.unit.report.readiness.sample import NASTY, PATH, large, sound, wrong

from seatrial.model.execution import Ending
from seatrial.model.performance import Performance
from seatrial.model.place import Place
from seatrial.model.proof import Proof, Verdict
from seatrial.model.workload import Unmeasured, WorkloadTiming
from seatrial.report.readiness.page import page
from seatrial.report.readiness.stories import of_failure
from seatrial.report.readiness.verdict import sentence

QUERIES = re.compile(r'<tr><th scope="row">.*?</tr>')
FORECAST = str(wrong().trial.statements[0].forecast)


class Reader(HTMLParser):
    """What a browser would make of it, roughly."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.ids: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it."""
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id" and value]

    def handle_data(self, data: str) -> None:
        """Note it."""
        self.text += data

    def links(self) -> set[str]:
        """Where links lead."""
        return {of["href"] or "" for tag, of in self.tags if tag == "a" and "href" in of}


def proof(verdict: Verdict, name: str = "safety") -> Proof:
    return Proof(name=name, claim="it holds", verdict=verdict, evidence=("why",), against=1)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "Ready for production: all 6 claims hold."),
        ({"order": Verdict.FAILED, "syntax": Verdict.FAILED, "performance": Verdict.INCONCLUSIVE},
         "Not ready for production: 2 of 6 claims failed, 1 could not be decided."),
        ({"security": Verdict.INCONCLUSIVE, "order": Verdict.BROKEN},
         "Not ready for production: 1 of 6 claims could not be decided, 1 could not be put to the proof."),
        ({"security": Verdict.NOT_APPLICABLE}, "Ready for production: 5 of 6 claims hold, 1 not applicable."),
    ],
)  # fmt: skip
def test_the_first_sentence_is_the_verdict(changed: dict[str, Verdict], said: str) -> None:
    found = sound(**{name: proof(verdict, name) for name, verdict in changed.items()})

    assert sentence(found) == said
    assert f"<span>{said}</span></h1>" in page(found)


def test_what_was_rehearsed_from_nothing_is_not_called_ready_without_saying_so() -> None:
    said = sentence(replace(sound(), start="nothing"))

    assert said == "Ready for production, as far as a rehearsal from nothing can tell: all 6 claims hold."


def test_the_same_record_gives_the_same_bytes() -> None:
    assert page(wrong()) == page(wrong())


def test_nothing_that_comes_from_outside_is_more_than_text() -> None:
    text = page(wrong())
    read = Reader(text)

    assert "<script" not in text
    assert {tag for tag, _ in read.tags} & {"script", "iframe", "object", "img", "link", "form", "input"} == set()
    assert not [of for _, of in read.tags if any(name.startswith("on") for name in of)]
    # What, effect, fix, detail, cause, kind of user, table, policy, comment, waiver, gap …
    assert read.text.count(NASTY) > 20


def test_every_link_leads_somewhere_and_no_anchor_is_there_twice() -> None:
    read = Reader(page(wrong()))

    assert len(read.ids) == len(set(read.ids))
    assert {link for link in read.links() if link.removeprefix("#") not in read.ids} == set()
    assert {f"#claim-{name}" for name in ("syntax", "order", "safety", "security")} <= read.links()


def test_every_finding_has_its_key_as_an_anchor() -> None:
    ids = Reader(page(wrong())).ids

    assert {"ABC000-0123abcd", "ABC001-0123abcd", "ABC002-0123abcd"} <= set(ids)


def test_a_finding_is_told_once_with_place_caret_effect_evidence_and_fix() -> None:
    text = page(wrong())
    [story] = re.findall(r'<article class="story failed" id="ABC000-0123abcd">.*?</article>', text, re.DOTALL)

    assert "<mark>public</mark>" in story
    for words in ("Effect", "Evidence", "seen in the rehearsal: 3.2 s", "Fix", "drop table"):
        assert words in story
    assert text.count('id="ABC000-0123abcd"') == 1


def test_a_leak_stands_above_what_does_less_harm() -> None:
    text = page(wrong())
    failed = text.index('id="failed"')

    assert failed < text.index('id="claim-security"', failed) < text.index('id="claim-order"', failed)


def test_a_leak_comes_with_the_request_that_did_it_and_with_the_policies_to_look_at() -> None:
    read = Reader(page(wrong()))

    assert "member can read rows of another tenant: public.boats (2 rows)" in read.text
    assert "SELECT 1;\nROLLBACK;" in read.text
    assert f"policy {NASTY}: for select to authenticated using" in read.text


def test_the_matrix_is_loud_only_where_it_is_not_as_declared() -> None:
    text = page(wrong())
    boxes = re.findall(r'<td class="(\w[\w-]*)(?: first)?">', text)

    assert (boxes.count("leak"), boxes.count("kept-out"), boxes.count("undecided")) == (1, 1, 1)
    assert "declared own" in text
    assert "1 relation that nobody is to reach" in Reader(text).text
    assert re.search(r"Not as declared elsewhere.*?public\.sail\(uuid\)", text, re.DOTALL)


def test_the_matrix_of_a_large_release_has_every_table_and_kind() -> None:
    text = page(large())

    assert text.count('scope="colgroup"') == 27
    assert len(re.findall(r'<th scope="row" class="who">', text)) == 11


def _rows(text: str) -> list[str]:
    """Of the queries."""
    queries = text[text.index('class="plain queries"') :]
    return QUERIES.findall(queries[: queries.index("</table>")])


def _known() -> WorkloadTiming:
    found = wrong().performance
    assert found
    return found.timings[0]


def test_queries_are_told_with_their_indexes_and_times_before_and_after() -> None:
    text = page(wrong())
    second, first = (row for row in _rows(text) if "50,000 rows" in row)

    for words in ("reads all of public.boats", "boats_name", "21.4 →", "<b>1.26</b>", ">5<", "50,000 rows", "passed"):
        assert words in first
    assert second.count("–") == 3
    assert "not measured: 42P01" in second
    assert "failed" in second


def test_what_the_release_changes_for_whom_is_said_in_sentences() -> None:
    text = Reader(page(wrong())).text

    assert "What the release changes, for whom" in text
    assert "boats of another organization" in text


def test_why_the_folder_does_not_apply_from_nothing_is_told_in_full() -> None:
    failure = wrong().execution.failures[0]
    line = f"from nothing: {failure.place}: {failure.sqlstate} {failure.message}"
    order = Proof(name="order", claim="in order", verdict=Verdict.FAILED, against=1, evidence=(line,))
    text = page(replace(sound(order=order), fresh_failure=failure))

    assert "nobody can build a new database from this folder" in text
    assert '<code class="code">42P01</code>' in text


def test_what_nobody_can_tell_is_told_last() -> None:
    text = Reader(page(wrong())).text
    last = text[text.rindex("What this report cannot tell") :]

    for words in (
        "safety cannot show everything.",
        f"clocks {NASTY}",
        f"Not measured: {NASTY}.",
        "runs PostgreSQL 15.8",
    ):
        assert words in last


def test_a_waiver_says_why_and_until_when() -> None:
    text = Reader(page(wrong())).text

    assert f"Because{'later ' + NASTY}Until2027-03-01Written inseatrial.toml:4" in text
    assert f"ABC008 warns {NASTY} ({PATH}:1:13): no row was there" in text


def test_of_a_release_that_does_not_apply_nobody_knows_who_waits() -> None:
    found = wrong()
    text = page(found)
    steps = text[text.index('id="steps"') : text.index('id="schema"')]
    failure = found.execution.failures[0]

    assert "not known: the release does not apply" in steps
    assert 'class="drawing timeline"' not in text
    for false in ("Nobody waits", "nobody will notice", "none of which makes others wait", FORECAST):
        assert false not in text
    # Nothing of the second file stays, so that the execution has no run of it.
    marked = re.findall(r'<h3><code>([^<]*)</code> <span class="sign failed">.*?</h3>\n<p><a href="#(.*?)">', steps)
    assert marked == [("20250101000000_boats", of_failure(failure).anchor)]
    assert "Not measured: the release does not apply." in page(replace(found, performance=None))


def test_a_release_that_applies_is_drawn_with_its_forecast() -> None:
    found = wrong()
    text = page(replace(found, execution=replace(found.execution, ending=Ending.COMPLETE, failure=None, failures=())))

    assert 'class="drawing timeline"' in text
    assert FORECAST in text
    assert "does not apply" not in text


def test_of_a_file_that_went_through_in_part_it_is_said_how_much_failed() -> None:
    found = wrong()
    [failure] = found.execution.failures
    execution = replace(found.execution, failures=(replace(failure, version=found.execution.runs[0].version),))

    assert "1 statement failed, 2 went through" in page(replace(found, execution=execution))


def test_warnings_of_a_kind_in_a_file_stand_together_each_with_all_that_is_known() -> None:
    _, warns, informs = wrong().findings
    others = [replace(warns, what=f"other {number}", key=f"ABC001-{number}") for number in range(2)]
    text = page(replace(sound(), findings=(warns, informs, *others)))
    rest = text[text.index('id="rest"') :]
    told = rest[: rest.index(" remark")]

    assert "3 warnings</summary>" in told
    assert "1 remark</summary>" in rest
    first, folded = told.split("2 more of the kind in this file")
    assert (first.count("<article"), folded.count("<article")) == (1, 2)
    for words in (f"{PATH}:1:13", "<dt>Effect</dt>", "<dt>Fix</dt>", "<dt>Key</dt><dd><code>ABC001-0123abcd</code>"):
        assert words in first
    assert folded.count("<dt>Key</dt>") == 2


def test_what_is_not_there_before_the_release_is_no_failed_measurement() -> None:
    known = _known()
    absent = Unmeasured(why='42P01 relation "public.boats" does not exist')
    text = page(replace(sound(), performance=Performance(timings=(replace(known, before=absent, after=absent),))))

    [row] = _rows(text)
    assert '<td><span class="quiet">not there yet →</span> not measured: 42P01 ' in row
    assert "undecided" in row


def test_an_index_is_used_whichever_way_it_is_spelled() -> None:
    known = _known()
    spelled = replace(known, query=replace(known.query, index='public."boats_name"'))
    text = page(replace(sound(), performance=Performance(timings=(spelled,))))

    [row] = _rows(text)
    assert "</span>passed</span>" in row


def test_a_password_is_masked_wherever_it_came_from() -> None:
    dsn = "postgresql://app:hunter2@db.example/app"
    finding = replace(
        wrong().findings[0], what=f"connects to {dsn}", fix=f"alter server s options (password='hunter2') -- {dsn}",
        place=Place(path=dsn, line=1, column=40, source_line=f"select '{dsn}'; alter role a password = 'hunter2';"),
    )  # fmt: skip
    found = replace(wrong(), findings=(finding,), start=dsn, gaps=(dsn,))

    assert "hunter2" not in page(found)


def test_signs_that_nobody_sees_do_not_get_into_the_page() -> None:
    text = page(replace(wrong(), release="\u202ereversed \ud83d\x00"))

    assert "\N{REPLACEMENT CHARACTER}reversed" in text
    assert text.encode()


def test_a_report_of_files_that_cannot_be_applied_says_what_was_not_tried() -> None:
    text = Reader(page(replace(sound(), server="", start="nothing"))).text

    for words in ("none was started", "No file was applied.", "nothing was attacked", "Not drawn", "Not measured"):
        assert words in text
