"""The health page in a real browser: it asks for nothing, and everybody can read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

from seatrial.model.health import Ailment, Examined, HealthFigure, Soundness, most_urgent_first
from seatrial.model.outcome import HealthChecked
from seatrial.monitoring.health.judge import judged, not_run
from seatrial.monitoring.health.registry import CHECKS
from seatrial.report.health.page import MOST, page

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


def _ailment(name: str, remedy: str, *, urgent: bool = False, note: str = "", **figures: str) -> Ailment:
    return Ailment(
        object=name, remedy=remedy, urgent=urgent, note=note,
        figures=tuple(HealthFigure(name=key.replace("_", " "), value=value) for key, value in figures.items()),
    )  # fmt: skip


#: What a database that nobody looked after has.
AILMENTS = {
    "invalid-indexes": [
        _ailment("public.contacts_email_idx", "REINDEX INDEX CONCURRENTLY public.contacts_email_idx;", urgent=True,
                 table="public.contacts", size="12 MB"),
    ],
    "duplicate-indexes": [
        _ailment(f"public.idx_workflow_execution_logs_organization_and_status_{n}",
                 f"DROP INDEX CONCURRENTLY public.idx_workflow_execution_logs_organization_and_status_{n};",
                 table="public.workflow_execution_logs", covered_by="public.workflow_execution_logs_pkey", size="3 MB")
        for n in range(MOST + 2)
    ],
    "held-back": [
        _ailment("session 4711 of app", "SELECT pg_terminate_backend(4711);", urgent=True,
                 note="Its transaction is rolled back. Look first who it is.",
                 application='<script>alert("x")</script>', state="idle in transaction"),
        _ailment("replication slot forgotten", "SELECT pg_drop_replication_slot('forgotten');", kind="logical"),
    ],
}  # fmt: skip


def _said(name: str, found: list[Ailment]) -> Examined:
    [check] = [check for check in CHECKS if check.name == name]
    rows = [
        {"object": one.object, "remedy": one.remedy, "note": one.note, "urgent": one.urgent,
         "figures": {figure.name: figure.value for figure in one.figures}}
        for one in found
    ]  # fmt: skip
    return judged(check, rows)


def ailing() -> HealthChecked:
    """Several findings, some urgent, one check that nobody could make, and a run before."""
    examined = tuple(
        not_run(check, "Counting began 2 days ago, and an index may be needed once a week.")
        if check.name == "unused-indexes"
        else _said(check.name, AILMENTS.get(check.name, []))
        for check in CHECKS
    )
    return HealthChecked(
        target="production", server="PostgreSQL 18.6", at="2026-03-02T06:00:00Z", scheduled=True,
        examined=most_urgent_first(examined), before="2026-02-23T06:00:00Z",
        new=(("held-back", "session 4711 of app"),), gone=(("unvalidated", "contacts_check on public.contacts"),),
    )  # fmt: skip


def sound() -> HealthChecked:
    """Nothing to do."""
    examined = tuple(judged(check, []) for check in CHECKS)
    return HealthChecked(target="staging", server="PostgreSQL 15.8", at="2026-03-02T06:00:00Z", examined=examined)


SAMPLES = {"ailing": ailing, "sound": sound}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("sample", SAMPLES)
def test_axe_finds_nothing(chromium: Browser, shown: Path, sample: str, scheme: str) -> None:
    shown.write_text(page(SAMPLES[sample]()), encoding="utf-8")
    # Axe brings a script of its own, which the page's policy would rightly refuse.
    context = chromium.new_context(viewport=DESK, color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
    tab = context.new_page()
    tab.goto(shown.as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = Axe().run(tab).response
    context.close()

    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
    assert {"color-contrast", "region", "heading-order"} <= {one["id"] for one in found["passes"]}


@pytest.mark.parametrize("sample", SAMPLES)
def test_on_a_phone_the_page_is_as_wide_as_the_phone_and_asks_for_nothing(
    chromium: Browser, shown: Path, sample: str
) -> None:
    shown.write_text(page(SAMPLES[sample]()), encoding="utf-8")
    context = chromium.new_context(viewport=PHONE)  # type: ignore[arg-type]
    tab = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: said.append(message.text))
    tab.on("dialog", lambda dialog: said.append(dialog.message))
    tab.goto(shown.as_uri(), wait_until="networkidle")
    width = tab.evaluate("document.documentElement.scrollWidth")
    context.close()

    assert width == PHONE["width"]
    assert (asked, said) == ([shown.as_uri()], [])


def test_sentences_come_first_and_only_what_ails_follows(chromium: Browser, shown: Path) -> None:
    shown.write_text(page(ailing()), encoding="utf-8")
    context = chromium.new_context(viewport=DESK)  # type: ignore[arg-type]
    tab = context.new_page()
    tab.goto(shown.as_uri())
    sentences = tab.locator(".health .sentence").all_inner_texts()
    sections = tab.locator("main > section").evaluate_all("found => found.map(one => one.id)")
    hidden = tab.locator("#duplicate-indexes details table")
    folded = hidden.is_visible()
    tab.locator("#duplicate-indexes summary").click()
    unfolded = hidden.is_visible()
    remedies = tab.locator("#held-back pre").all_inner_texts()
    new = tab.locator("#held-back th[scope=row]").all_inner_texts()
    context.close()

    assert sentences[:3] == [
        "1 invalid index", "2 sessions or slots that hold back vacuum", f"{MOST + 2} indexes that others cover",
    ]  # fmt: skip
    assert "Unused indexes: not known" in sentences
    assert "No constraints that are NOT VALID" in sentences
    assert len(sentences) == len(CHECKS)
    assert sections == ["all", "invalid-indexes", "held-back", "duplicate-indexes", "gone"]
    assert (folded, unfolded) == (False, True)
    assert remedies == ["SELECT pg_terminate_backend(4711);\nSELECT pg_drop_replication_slot('forgotten');"]
    assert "new" in new[0]
    assert "new" not in new[1]


def test_soundness_has_a_word_beside_its_colour() -> None:
    text = page(ailing())
    for word in ("urgent", "to do", "not known", "sound"):
        assert f"</span>{word}</span>" in text
    assert Soundness.NOT_RUN.value == "not run"
