"""The hub's dashboard in a real Chromium: readable by everybody, on everything, with and without its script."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect
from tests.browser.listening import listen
from tests.hub.ground import ADA, HARBOUR, MAX, SUPER, Ground, token
from tests.hub.pages.house import EMAIL, TELEGRAM, WHATSAPP, House, busy, housed, served
from tests.postgres.release.deployed import apply, migrations, seed
from tests.unit.report.readiness.sample import wrong

from integrations_hub.domain.caller import Caller
from integrations_hub.domain.secret import Secret
from seatrial.report.readiness.page import page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from seatrial.scratch.server import Server

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
HOME = f"/organizations/{HARBOUR}"
#: Every page, and who looks at it.
PAGES: dict[str, tuple[str | None, str]] = {
    "sign-in": (None, "/sign-in"),
    "overview": (ADA, HOME),
    "overview of a member": (MAX, HOME),
    "integration": (ADA, f"{HOME}/integrations/{WHATSAPP}"),
    "integration in error": (ADA, f"{HOME}/integrations/{EMAIL}"),
    "connect": (ADA, f"{HOME}/connect/telegram"),
    "credentials": (ADA, f"{HOME}/integrations/{WHATSAPP}/credentials"),
    "message": (ADA, f"{HOME}/integrations/{WHATSAPP}/message"),
    "alerts": (ADA, f"{HOME}/alerts"),
    "audit": (ADA, f"{HOME}/audit"),
    "security": (ADA, f"{HOME}/security"),
    "system": (SUPER, "/operator"),
    "organizations": (SUPER, "/operator/organizations"),
    "indexes": (SUPER, "/operator/indexes"),
    "queue": (SUPER, "/operator/queue"),
    "releases": (SUPER, "/operator/releases"),
    "release": (SUPER, "/operator/releases/readiness.html"),
    "nowhere": (ADA, "/nowhere"),
}


@pytest.fixture(scope="module")
def house(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A busy one, for all tests of this file; none of them changes what another looks at."""
    name = "hub_in_a_browser"
    apply(server.clone(name), [*migrations(), seed()])
    ground = Ground(server=server, name=name)
    busy(ground)
    folder = tmp_path_factory.mktemp("releases")
    (folder / "readiness.html").write_text(page(wrong()), encoding="utf-8")
    made = housed(ground, releases=str(folder))
    with served(made):
        made.site.integrations.connect(
            Caller(role="authenticated", claims={"sub": ADA}), HARBOUR, "whatsapp", {"number": "+49301"},
            Secret({"access_token": "t0p-secret", "hook_secret": "h00k"}),
        )  # fmt: skip
        yield made
    server.drop(name)


@contextmanager
def _tab(
    browser: Browser, house: House, user: str | None, *, size: dict[str, int] = DESK, **options: Any  # noqa: ANN401 - of the browser
) -> Iterator[Page]:  # fmt: skip
    context = browser.new_context(viewport=size, base_url=house.origin, **options)  # type: ignore[arg-type]
    try:
        if user:
            name = house.site.cookies.name("session")
            context.add_cookies([{"name": name, "value": token(user), "url": house.origin}])
        yield context.new_page()
    finally:
        context.close()


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_in_the_dark_everything_stands_out_as_well(
    chromium: Browser, house: House, name: str
) -> None:
    user, path = PAGES[name]
    # Axe brings a script of its own, which the page's policy would rightly refuse; what is framed has its own test.
    with _tab(chromium, house, user, color_scheme="light", bypass_csp=True) as tab:
        tab.goto(path)
        tab.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        light = Axe().run(tab, options={"iframes": False}).response
        tab.emulate_media(color_scheme="dark")
        dark = Axe().run(tab, options={"iframes": False, "runOnly": ["color-contrast"]}).response

    assert [(one["id"], one["nodes"][0]["html"]) for one in light["violations"] + dark["violations"]] == []
    assert {"color-contrast", "region", "html-has-lang"} <= {one["id"] for one in light["passes"]}
    assert [one["id"] for one in dark["passes"]] == ["color-contrast"]


@pytest.mark.parametrize("name", PAGES)
def test_on_a_phone_it_is_as_wide_as_the_phone_asks_only_the_hub_and_says_nothing_on_the_console(
    chromium: Browser, house: House, name: str
) -> None:
    user, path = PAGES[name]
    with _tab(chromium, house, user, size=PHONE) as tab:
        asked, said = listen(tab)
        tab.goto(path)
        if tab.locator("#link").count():
            expect(tab.locator("#link")).to_have_text("Live")
        tab.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        width = tab.evaluate("document.documentElement.scrollWidth")

    assert width == PHONE["width"]
    assert [one for one in asked if not one.startswith(f"{house.origin}/")] == []
    assert [one for one in said if "404 (Not Found)" not in one] == []


def test_with_the_keyboard_alone_an_alert_is_reached_and_focus_is_seen(chromium: Browser, house: House) -> None:
    with _tab(chromium, house, ADA) as tab:
        tab.goto(f"{HOME}/alerts")
        tab.keyboard.press("Tab")
        first = tab.evaluate("document.activeElement.textContent")
        reached, outlines = [], set()
        for _ in range(60):
            tab.keyboard.press("Tab")
            at = tab.evaluate("document.activeElement.textContent.trim() || document.activeElement.name")
            reached.append(at)
            outlines.add(tab.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
            if at == "Resolve":
                break

    assert first == "Skip to the page"
    assert {"Alerts", "Audit trail", "Sign out", "note", "Resolve"} <= set(reached)
    assert outlines == {"solid"}


def test_a_state_is_a_sign_and_a_word_and_a_colour(chromium: Browser, house: House) -> None:
    with _tab(chromium, house, ADA) as tab:
        tab.goto(HOME)
        signs = {
            card.locator("h3 a").inner_text(): card.locator("h3 .sign").inner_text().split("\n")
            for card in tab.locator("#integrations .card").all()
        }
        heading = tab.get_by_role("heading", level=1).inner_text()

    assert signs["E-mail"] == ["✗", "does not work"]
    assert signs["WhatsApp"] == ["✓", "works"]
    assert "E-mail does not work." in heading


def test_the_page_renews_itself_and_leaves_focus_and_what_is_unfolded(chromium: Browser, house: House) -> None:
    sentence = "nobody answers the telephone"
    with _tab(chromium, house, ADA) as tab:
        _, said = listen(tab)
        tab.goto(f"{HOME}/integrations/{EMAIL}")
        expect(tab.locator("#link")).to_have_text("Live")
        tab.get_by_text("The figures by day").click()
        link = tab.get_by_role("button", name="Switch off")
        link.focus()
        before = house.asked(f"select last_error from public.integrations where id = '{EMAIL}'")[0][0]
        house.done(f"update public.integrations set last_error = '{sentence}' where id = '{EMAIL}'")
        expect(tab.get_by_text(sentence)).to_be_visible(timeout=30_000)

        assert link.evaluate("one => one === document.activeElement")
        assert tab.get_by_role("region", name="Uses by day").is_visible()
        assert said == []
        house.done(f"update public.integrations set last_error = '{before}' where id = '{EMAIL}'")


def test_when_the_session_ends_it_stops_asking_and_says_so(chromium: Browser, house: House) -> None:
    with _tab(chromium, house, ADA) as tab:
        asked, _ = listen(tab)
        tab.clock.install()
        tab.goto(HOME)
        expect(tab.locator("#link")).to_have_text("Live")
        tab.context.clear_cookies()
        tab.clock.run_for(6_000)
        expect(tab.locator("#link")).to_have_text("Signed out: reload to sign in again")
        parts = len([one for one in asked if one.endswith("?part")])
        tab.clock.run_for(60_000)

        assert parts == 2
        assert len([one for one in asked if one.endswith("?part")]) == parts


def test_while_nobody_looks_nothing_is_asked(chromium: Browser, house: House) -> None:
    with _tab(chromium, house, ADA) as tab:
        asked, _ = listen(tab)
        tab.clock.install()
        tab.add_init_script("Object.defineProperty(document, 'hidden', { get: () => window.away === true })")
        tab.goto(HOME)
        expect(tab.locator("#link")).to_have_text("Live")
        tab.evaluate("window.away = true")
        tab.clock.run_for(60_000)
        away = len([one for one in asked if one.endswith("?part")])
        tab.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
        with tab.expect_response("**?part"):
            tab.clock.run_for(6_000)

        assert away <= 2


def test_an_outage_is_said_and_never_looks_current(chromium: Browser, house: House) -> None:
    with _tab(chromium, house, ADA) as tab:
        tab.clock.install()
        tab.goto(HOME)
        expect(tab.locator("#link")).to_have_text("Live")
        tab.route("**?part", lambda route: route.abort())
        tab.clock.run_for(6_000)
        expect(tab.locator("#link")).to_have_text(re.compile("No answer since .* UTC"))
        tab.unroute("**?part")
        tab.clock.run_for(6_000)
        expect(tab.locator("#link")).to_have_text("Live")


def test_without_script_everything_can_be_done(chromium: Browser, house: House) -> None:
    who = "ada, administrator of Harbour"
    link = f"/sign-in/{house.site.signins.offer(who, lambda: token(ADA))}"
    with _tab(chromium, house, None, java_script_enabled=False) as tab:
        tab.goto(link)
        tab.get_by_role("button", name=f"Sign in as {who}").click()
        expect(tab.get_by_role("heading", level=1)).to_contain_text("does not work")
        expect(tab.get_by_text("reload to renew")).to_be_visible()
        tab.goto(f"{HOME}/integrations/{TELEGRAM}")
        tab.get_by_role("link", name="Change settings").click()
        tab.get_by_label("Number").fill("49301")
        tab.get_by_role("button", name="Save settings").click()
        expect(tab.get_by_role("alert")).to_contain_text("Number: it begins with +.")
        expect(tab.get_by_label("Number")).to_have_value("49301")
        tab.get_by_role("link", name="Back").click()
        tab.get_by_role("link", name="Alerts").click()
        tab.get_by_label("Note").first.fill("I look at it")
        tab.get_by_role("button", name="Resolve").first.click()
        expect(tab.get_by_role("status")).to_contain_text("The alert is resolved.")
        tab.get_by_role("button", name="Sign out").click()
        expect(tab).to_have_url(re.compile("/sign-in$"))
        tab.goto(HOME)
        expect(tab).to_have_url(re.compile("/sign-in.next="))


def test_another_page_cannot_show_it_and_cannot_press_its_buttons(
    chromium: Browser, house: House, tmp_path: Path
) -> None:
    other = tmp_path / "other.html"
    action = f"{house.origin}{HOME}/integrations/{WHATSAPP}/disable"
    other.write_text(
        f'<iframe src="{house.origin}{HOME}"></iframe><form method="post" action="{action}">'
        '<input name="csrf" value="x"><button>Win</button></form>',
        encoding="utf-8",
    )
    with _tab(chromium, house, ADA) as tab:
        tab.goto(other.as_uri())
        assert not tab.frames[1].url.startswith(house.origin), "the browser shows an error of its own"
        tab.get_by_role("button", name="Win").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text(re.compile("Not allowed|Sign in"))
    assert house.asked(f"select is_active from public.integrations where id = '{WHATSAPP}'") == [(True,)]


def test_a_release_page_is_shown_in_a_frame_that_runs_nothing(chromium: Browser, house: House) -> None:
    with _tab(chromium, house, SUPER) as tab:
        tab.goto("/operator/releases/readiness.html")
        expect(tab.frame_locator("iframe").get_by_role("heading", level=1)).to_contain_text("Not ready")
        tab.goto("/operator/releases/readiness.html/page")

        assert tab.url.endswith("/operator/releases/readiness.html"), "by itself it leads to its frame"


def test_on_paper_there_are_no_buttons_and_nothing_is_cut_off(chromium: Browser, house: House) -> None:
    with _tab(chromium, house, ADA, size={"width": 700, "height": 1000}) as tab:
        tab.goto(f"{HOME}/integrations/{WHATSAPP}")
        tab.emulate_media(media="print")

        assert not tab.get_by_role("button", name="Check now").is_visible()
        assert not tab.locator("nav").is_visible()
        assert tab.get_by_role("region", name="Uses by day").is_visible()
        assert tab.evaluate("document.documentElement.scrollWidth") <= 700
