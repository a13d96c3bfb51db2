"""How fast queries are, in the order in which a person needs it."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from jsonschema import Draft202012Validator
from rich.cells import cell_len
from tests.unit.report.performances import FAST, SECRET, performance, timing

from seatrial.model.outcome import Outcome, Proved
from seatrial.model.performance import Performance
from seatrial.report import json as report
from seatrial.report import performance as speed
from seatrial.report import proved
from seatrial.report.schema import schema


def lines(found: Performance, width: int = 100) -> list[str]:
    return [line.plain for line in speed.lines(found, width)]


def test_what_failed_comes_first_with_its_figures_and_why() -> None:
    shown = lines(performance())

    assert shown[:9] == [
        "queries as each kind of user: milliseconds of server time, before → after",
        "    as              p50          p99         limit    removed   pages  cold",
        "✗ failed recent_events",
        "  select id from public.integrations where organization_id = $1 and is_active",
        "  ✗ member         0.08 → 48.2  0.11 → 61.0      5  1,204,331  18,204  92.4",
        "      reads all of public.integrations",
        "      ✗ takes 48.2 ms, and may take 5 ms",
        "      ✗ idx_active is not in its plan: reads all of public.integrations",
        shown[8],
    ]
    assert shown[8].startswith("      ✗ slower than before the release: 0.08 ms before, 48.21 ms after")
    assert "      before the release: idx_active" in shown


def test_kinds_of_user_with_one_plan_share_the_line_that_names_it() -> None:
    shown = lines(performance())
    at = shown.index("✓ passed active_integrations: idx_active")

    assert shown[at + 1 : at + 3] == [
        "  ✓ member         48.2 → 0.08  61.0 → 0.11      5          0       4  1.20",
        "  ✓ administrator     – → 0.08     – → 0.11      5          0       4  1.20",
    ]
    assert at > shown.index("✗ failed odd_one: not measured: 42501 permission denied for table odd")


def test_another_plan_for_prepared_statements_is_shown_and_the_same_is_not() -> None:
    shown = lines(performance())

    assert shown.count(
        "      ! prepared, with one plan for all values: reads all of public.integrations; 12.4 ms, p99 14.0"
    ) == 1  # fmt: skip


def test_where_the_table_does_not_fit_it_is_told_in_words_and_nothing_is_lost() -> None:
    wide, narrow = lines(performance()), lines(performance(), 60)
    figures = re.findall(r"[\d,.]+", next(line for line in wide if line.startswith("  ✗ member")))

    told = next(line for line in narrow if line.startswith("  ✗ member: "))
    assert told == ("  ✗ member: 0.08 → 48.2, p99 0.11 → 61.0, limit 5, removed 1,204,331, 18,204 pages, cold 92.4")
    assert all(figure in told for figure in figures)
    assert max(cell_len(line) for line in wide if re.match(r"  [✗✓] \w+ +[\d–]", line)) <= 100


def test_a_column_without_figures_is_left_out() -> None:
    after = replace(FAST, cold=None)
    found = timing(after=after, query=replace(timing().query, limit_ms=None))
    [head] = [line for line in lines(Performance(timings=(found,))) if line.startswith("    as")]

    assert head.split() == ["as", "p50", "p99", "removed", "pages"]


def test_many_queries_are_cut_and_the_rest_is_counted() -> None:
    found = Performance(timings=tuple(timing(f"query_{number}") for number in range(23)))

    assert sum(line.startswith("✓ passed query_") for line in lines(found)) == 20
    assert "  … 3 more queries (passed); JSON has them all" in lines(found)


def test_row_security_that_costs_too_much_comes_first_with_its_policies() -> None:
    shown = lines(performance())
    at = shown.index("what row security costs: milliseconds with it and without it")

    assert shown[at + 1 : at + 6] == [
        "                                   with  without  times  more  rows read",
        "  ! recent_events as member        48.2     0.30    161  47.9  1,204,331",
        "      under public.integrations.integrations_select",
        "      it returns 12 rows with it, and 3,000 without",
        "  ✓ active_integrations as member  0.08     0.08   1.05  0.00          3",
    ]


def test_a_fault_of_a_policy_has_its_rewrite_and_what_that_is_worth() -> None:
    shown = lines(performance())
    at = shown.index("✗ per row PRF001 integrations_select on public.integrations")

    assert shown[at + 1 : at + 5] == [
        "   seen: private.is_member is called 20,000 times for 20,000 rows",
        "rewrite: alter policy integrations_select on public.integrations",
        "           using (true);",
        " effect: 48.2 → 0.31 ms",
    ]
    assert "! index lost events_select on public.events" in shown
    assert " effect: 3.00 ms; the rewrite was not tried" in shown


def test_indexes_writes_and_plans_have_their_figures() -> None:
    shown = lines(performance())

    for line in (
        "indexes, with the policies rewritten as above",
        "! missing on public.events, 8 MB",
        "   gain: recent_events as member: 48.2 → 0.30 ms",
        "   cost: 12,000 → 10,800 rows inserted a second (−10 %)",  # noqa: RUF001 - a minus
        "! unused public.idx_lonely on public.integrations, 1.2 MB: no query of the workload uses it",
        "    insert public.integrations  12,000 → 9,000   −25 %",  # noqa: RUF001 - the same
        "    insert public.new                – → 7,000",
        "at the target's size 1 of 3 plans are those on generated rows",
        " target: Index Scan using idx_events on events",
        "   here: Seq Scan on events",
        "  ? odd_one: not planned: its function cannot be planned",
        "? public.events: 200,000 rows were generated, and the target has 10,000,000",
        "? odd_one: no value for $2 could be drawn",
    ):
        assert line in shown


def test_long_lists_end_with_how_many_more_there_are() -> None:
    few = performance()
    found = replace(
        few, policies=few.policies * 8, faults=few.faults * 8, unused=few.unused * 12, proposed=few.proposed * 7,
        writes=few.writes * 5, planned=few.planned * 8, undrawn=few.undrawn * 14,
    )  # fmt: skip
    shown = lines(found)

    for line in (
        "  … 6 more queries; JSON has them all", "  … 6 more policies; JSON has them all",
        "  … 2 more missing indexes; JSON has them all", "  … 2 more unused indexes; JSON has them all",
        "  … 5 more lines; JSON has them all", "  … 6 more plans; JSON has them all",
        "? 5 more things; JSON has them all",
    ):  # fmt: skip
        assert line in shown


def test_json_has_all_of_it_but_whose_values_were_sent() -> None:
    body = Proved(start="nothing", server="s", proofs=(), seconds=1, performance=performance())
    text = report.outcome(Outcome(command="prove", summary="s", body=body))
    document = json.loads(text)
    found = document["result"]["performance"]

    assert any(line.plain == "✗ failed recent_events" for line in proved.lines(body))
    assert found["timings"][0]["after"]["plan"] == list(timing().after.plan)  # type: ignore[union-attr]
    assert found["timings"][0]["query"].keys().isdisjoint({"claims", "params"})
    assert found["smaller"] == {"public.events": [10_000_000, 200_000]}
    assert SECRET not in text
    Draft202012Validator(schema()).validate(document)
    assert "claims" in schema()["$defs"]["Kind"]["properties"]
