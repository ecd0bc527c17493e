"""The page in a real browser, on real embedded Lean."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from prover.tracing import trace
from prover.tracing.page import page as standalone
from tests.support.browser import watched_page
from tests.support.command_line import HARD
from tests.support.running import Running, running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TYPED = r"theorem t (p q : Prop) (h : p \and q) : q \and p"
SERIOUS = ("serious", "critical")


def prove(page: Page, statement: str) -> None:
    page.fill("#statement", statement)
    page.click("[type=submit]")


def wait_for_progress(page: Page) -> None:
    page.wait_for_selector(r".head >> text=/[1-9]\d* tactics? run/")


def axe(page: Page) -> list[str]:
    """What keeps people from using the page, as axe-core finds it."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found if one["impact"] in SERIOUS
    ]


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def test_from_a_statement_to_a_verified_proof_by_keyboard_alone(page: Page) -> None:
    page.wait_for_selector("#statement")
    page.focus("#statement")
    page.keyboard.type(TYPED)
    assert page.input_value("#statement") == "theorem t (p q : Prop) (h : p ∧ q) : q ∧ p"
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".proof-card")
    assert page.inner_text("#status") == "proved"
    assert "Axioms:" in page.inner_text(".proof-card")
    page.wait_for_selector(".viewer:visible")
    page.focus(".graph")
    page.keyboard.press("Home")
    assert "State s0" in page.inner_text(".side")
    assert axe(page) == []
    page.reload()
    page.wait_for_selector(".proof-card")


def test_a_search_is_watched_from_two_tabs_stopped_and_goes_on(
    page: Page, browser: Browser
) -> None:
    prove(page, HARD)
    wait_for_progress(page)
    page.reload()
    wait_for_progress(page)
    with watched_page(browser) as second:
        second.goto(page.url)
        wait_for_progress(second)
        second.click("#stop")
        second.wait_for_selector("#resume")
    page.wait_for_selector("#resume")
    before = page.inner_text(".head .row")
    page.click("#resume")
    page.wait_for_selector("#stop")
    wait_for_progress(page)
    assert page.inner_text(".head .row") != before
    page.click("#stop")
    page.wait_for_selector("#resume")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("1 = 1", "not a declaration"),
        ("theorem t : 1 = Nope.foo", "Nope.foo"),
        ("theorem t : <img src=x onerror=alert(1)>", "expected"),
    ],
)
def test_a_wrong_statement_is_explained(page: Page, statement: str, said: str) -> None:
    prove(page, statement)
    page.wait_for_selector(f".problem:visible[role=alert] >> text={said}")
    assert page.locator("main img").count() == 0


@pytest.mark.parametrize("width", [390, 1280, 2560])
def test_every_width_and_both_themes(browser: Browser, service: Running, width: int) -> None:
    size = {"width": width, "height": 900}
    for scheme in ("dark", "light"):
        with watched_page(browser, viewport=size, color_scheme=scheme) as page:
            page.goto(f"{service.url}#traces/traces%2Fbig.trace.json")
            page.wait_for_selector(".viewer")
            page.wait_for_selector(".size >> text=states")
            assert overflow(page) == 0
            assert axe(page) == []


def test_runs_are_sorted_compared_and_opened(page: Page) -> None:
    page.click("nav >> text=Runs")
    page.click("a >> text=first")
    page.wait_for_selector("text=2 of 3")
    rows = page.locator("section[aria-label='Theorems of first'] tbody tr")
    assert [row.split()[0] for row in rows.all_inner_texts()] == ["beta", "alpha", "gamma"]
    page.click("button >> text=Lean calls")
    assert [row.split()[0] for row in rows.all_inner_texts()] == ["alpha", "gamma", "beta"]
    for name in ("first", "second"):
        page.check(f"[aria-label='Compare {name}']")
    page.click("text=Side by side")
    page.wait_for_selector("text=second against first")
    assert axe(page) == []


def test_a_stored_search_is_found_in_and_read(page: Page) -> None:
    page.click("nav >> text=Traces")
    page.click("a >> text=small")
    assert page.inner_text("h2") == "<b>small</b>"
    page.click("a >> text=big")
    page.fill("[aria-label='Find in goals and tactics']", "a")
    page.keyboard.press("Enter")
    page.wait_for_selector(r".bar >> text=/1 of \d+ states/")
    page.click("button >> text=Outline")
    page.wait_for_selector("[role=treeitem]")
    page.focus("[role=treeitem] >> nth=0")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert axe(page) == []


def test_the_page_of_a_trace_stands_alone(browser: Browser, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "big.html"
    file.write_text(standalone(trace.read(folder / "traces" / "big.trace.json")), encoding="utf-8")
    errors: list[str] = []
    page = browser.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(file.as_uri())
    page.wait_for_selector(".size >> text=states")
    page.close()
    assert errors == []


def test_the_description_of_the_api_needs_nothing_from_elsewhere(
    browser: Browser, service: Running
) -> None:
    with watched_page(browser) as page:
        page.goto(f"{service.url}/docs")
        assert "/v1/jobs" in page.inner_text("body")


def test_a_page_goes_on_when_the_service_was_restarted(browser: Browser, tmp_path: Path) -> None:
    options = ("--no-open", "--workers", 1, "--jobs", tmp_path / "jobs.sqlite")
    with watched_page(browser) as page:
        page.set_default_timeout(60_000)
        with running("ui", tmp_path, *options) as first:
            page.goto(first.url)
            prove(page, HARD)
            wait_for_progress(page)
            assert first.stop() == 0
        page.wait_for_selector("text=The connection is lost")
        with running("ui", tmp_path, *options, "--port", first.port):
            page.wait_for_selector("text=The connection is lost", state="hidden")
            wait_for_progress(page)
