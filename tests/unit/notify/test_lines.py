"""What is said of a trouble: a shape, an object and figures; never a value, and nobody's name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.unit.notify.watching import SLOW, TEXTS, Team, judged, trouble

from seatrial.model.notification import Event
from seatrial.model.watch import WatchVerdict
from seatrial.notify.message import as_mail, as_slack, harmless
from seatrial.notify.sample import sample

if TYPE_CHECKING:
    from seatrial.model.watch import Judged


def told(found: Judged) -> tuple[str, ...]:
    [*_, news] = Team().hears(found)
    return news.troubles


def test_a_slow_statement_is_shown_with_its_figures_its_shape_and_its_tie() -> None:
    [line] = told(judged(1, trouble()))
    assert line.split("; ") == [
        "milliseconds a call: 212 ms (limit 8.2 ms, usually 4.1 ms)",
        "as app user: SELECT * FROM contacts WHERE name = $1",
        "tied to index public.contacts_name (1_indexes)",
    ]


def test_a_long_statement_is_cut() -> None:
    long = replace(TEXTS[SLOW[1]], shape="SELECT " + "a, " * 500)
    [line] = told(replace(judged(1, replace(trouble(), ties=())), texts={SLOW[1]: long}))
    assert len(line.partition("as app user: ")[2]) == 200


def test_a_statement_that_nobody_knows_the_text_of_has_its_number() -> None:
    found = replace(judged(1, trouble(), trouble(("slow", "others"))), texts={})
    lines = told(found)
    assert "as app user: statement 81" in lines[0]
    assert "all other statements" in lines[1]


def test_organizations_are_counted_and_not_named() -> None:
    names = [("failing", f"sends: Company {number}") for number in (3, 7)]
    found = judged(
        1, *(trouble(key, value=0.5 + n / 10) for n, key in enumerate(names)),
        verdict=WatchVerdict.FAILED, said="sends: Company 7 fails.",
    )  # fmt: skip
    [*_, news] = Team().hears(found, people=2000)
    assert news.troubles[0].startswith(
        "failures, of what was tried (sends): 2 of 2,000 organizations; the worst at 60 % (limit 820 %"
    )
    assert len(news.troubles) == 1
    assert "Company" not in str(news)
    assert "sends: one organization fails." in news.sentence


def test_a_name_that_a_sentence_has_cut_is_not_sent_either() -> None:
    key = ("failing", f"sends: {'Company of friends ' * 9}")
    found = judged(1, trouble(key), verdict=WatchVerdict.FAILED, said=f"organization {key[1][:40]}…: 90 %")
    [*_, news] = Team().hears(found)
    assert news.sentence.endswith("organization sends: one organization…: 90 %")


def test_what_a_query_is_per_is_called_as_it_is_declared() -> None:
    assert "(rings): 1 provider;" in told(judged(1, trouble(("count", "rings: whatsapp"))))[0]


def test_at_most_ten_lines_and_how_many_more_there_are() -> None:
    lines = told(judged(1, *(trouble(("denials", f"public.t{number}")) for number in range(23))))
    assert len(lines) == 11
    assert lines[-1] == "and 13 more"


def test_a_signal_that_this_version_does_not_know_keeps_its_name() -> None:
    assert told(judged(1, trouble(("of_tomorrow", "x"))))[0].startswith("of_tomorrow: 212 (limit 8.2")


def test_every_line_reaches_slack_and_a_letter_however_long_they_are() -> None:
    news = harmless(replace(sample(Event.BREACHED, release="r"), troubles=(*("x" * 900,) * 10, "and 13 more")))
    blocks = [block["text"]["text"] for block in as_slack(news)["blocks"] if "text" in block]
    assert "and 13 more" in "".join(blocks)
    assert sum(text.count("•") for text in blocks[2:5]) == 11
    assert "and 13 more" in as_mail(news, sender="a@b.example", to=["c@d.example"]).get_content()


def test_a_sample_of_every_kind_says_that_it_is_a_test() -> None:
    for event in Event:
        news = sample(event, release="boats")
        assert "test" in news.sentence
        assert "test" in as_slack(news)["text"].lower()
