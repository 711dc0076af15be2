"""The pictures of the README, taken from a running app: `make shots ARGS=http://127.0.0.1:8000`.

Signs in as the demo's clinician and looks at people whose stories the demo tells. It saves nothing but the
draft of a visit.
"""

import argparse
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).resolve().parent / "images"
EMAIL, PASSWORD = "clinician@northgate.test", "dolomite-demo"
WIDE = {"width": 1440, "height": 1000}
TALL = {"width": 1440, "height": 1400}
NARROW = {"width": 390, "height": 844}
CHART_OF, VISIT_OF, DOSE_OF = "lindqvist sara", "ferrari giulia", "silva beatriz"

Theme = Literal["light", "dark"]


@contextmanager
def signed_in(browser: Browser, base: str, size: dict[str, int], theme: Theme = "light") -> Iterator[Page]:
    """A page of its own, at the review queue."""
    options = {"viewport": size, "locale": "en-GB", "reduced_motion": "reduce"}
    context = browser.new_context(base_url=base, color_scheme=theme, **options)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Review queue").wait_for()
    page.goto("/")  # without the greeting
    yield page
    context.close()


def keep(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / f"{name}.png")


def open_chart(page: Page, words: str) -> None:
    page.goto(f"/patients/?search={words}")
    page.locator("[data-row-link]").first.click()
    page.wait_for_url("**/patients/*-*/")


def queue(page: Page) -> None:
    keep(page, "queue")


def resolve(page: Page) -> None:
    page.get_by_role("link", name="Resolve").first.click()
    page.locator("dialog[open]").get_by_role("heading", name="What did you do?").wait_for()
    keep(page, "resolve")


def chart(page: Page) -> None:
    open_chart(page, CHART_OF)
    keep(page, "chart")


def visit(page: Page) -> None:
    open_chart(page, VISIT_OF)
    page.get_by_role("link", name="Log visit").first.click()
    twitching = page.locator("[data-symptom=MUSCLE_TWITCHING]")
    twitching.locator(".pill input").check()
    twitching.get_by_role("radio", name="2").check()
    twitching.get_by_label("At night").check()
    twitching.get_by_label("Since").fill(str(date.today() - timedelta(days=6)))  # noqa: DTZ011
    page.get_by_text("Raises a flag").wait_for()
    keep(page, "visit")


def regimen(page: Page) -> None:
    open_chart(page, DOSE_OF)
    page.goto(f"{page.url}regimen/")
    page.get_by_role("link", name="Change dose").first.click()
    page.get_by_role("heading", name="Protocol checks").wait_for()
    keep(page, "regimen")


def day_plan(page: Page) -> None:
    open_chart(page, DOSE_OF)
    page.goto(f"{page.url}day-plan/")
    keep(page, "day-plan")


def protocol(page: Page) -> None:
    page.goto("/protocol/")
    keep(page, "protocol")


def claims(page: Page) -> None:
    page.goto("/claims/")
    keep(page, "claims")


def case_series(page: Page) -> None:
    page.goto("/case-series/")
    keep(page, "case-series")


def take_all(browser: Browser, base: str) -> None:
    for take, size in (
        (queue, WIDE), (resolve, WIDE), (chart, TALL), (visit, TALL), (regimen, TALL), (day_plan, WIDE),
        (protocol, WIDE), (claims, WIDE), (case_series, TALL),
    ):  # fmt: skip
        with signed_in(browser, base, size) as page:
            take(page)
    with signed_in(browser, base, NARROW) as page:
        keep(page, "queue-mobile")
    with signed_in(browser, base, WIDE, "dark") as page:
        keep(page, "queue-dark")


def main() -> None:
    parser = argparse.ArgumentParser(description="Take the pictures of the README from a running app.")
    parser.add_argument("base", nargs="?", default="http://127.0.0.1:8000", help="where the app runs")
    base = parser.parse_args().base
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's sandbox refuses root
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--hide-scrollbars", *sandbox])
        take_all(browser, base)
        browser.close()


if __name__ == "__main__":
    main()
