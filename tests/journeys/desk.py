"""What a person does at the screen, in the words of the clinic."""

import re
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from playwright.sync_api import ConsoleMessage, Locator, Page, Response, expect

from patients.models import Patient

# What the console says of refusals (every 4xx), and of a live check that is cut off because the page is left.
EXPECTED = ("Failed to load resource", "htmx:sendError", "htmx:sendAbort", "htmx:afterRequest")


class Desk:
    """One tab of one browser, and what went wrong behind it; `tabs` are all of that browser."""

    def __init__(self, page: Page, tabs: "list[Desk] | None" = None) -> None:
        self.page = page
        self.tabs = [] if tabs is None else tabs
        self.tabs.append(self)
        self.complaints: list[str] = []
        self._asked = 0
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._on_console)
        page.on("response", self._on_response)
        page.on("request", lambda _: self._count(1))
        page.on("requestfinished", lambda _: self._count(-1))
        page.on("requestfailed", lambda _: self._count(-1))

    def _count(self, step: int) -> None:
        self._asked += step

    def stand_up(self) -> None:
        """Wait until the server has answered, and ask nothing more: the rows of the journey go next."""
        self.page.context.set_offline(True)
        while self._asked > 0:
            self.page.wait_for_timeout(20)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(EXPECTED):
            self.complaints.append(message.text)

    def _on_response(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.status} {response.url}")

    def another_tab(self) -> "Desk":
        """A second tab of the same browser."""
        return Desk(self.page.context.new_page(), self.tabs)

    def open(self, name: str, *args: Any, query: str = "") -> None:
        self.page.goto(reverse(name, args=args) + query)

    def chart(self, patient: Patient) -> None:
        self.open("patients:chart", patient.pk)

    def fill(self, label: str, value: Any, within: Locator | None = None) -> None:
        (within or self.page).get_by_label(label, exact=True).fill(_typed(value))

    def pick(self, *words: str, within: Locator | None = None) -> None:
        """Choose the pills, bars, tiles and switches whose names begin with `words`."""
        place = within or self.page
        for word in words:
            name = re.compile(rf"^{plain(word).pattern}(?!\w)", re.IGNORECASE)
            place.get_by_role("checkbox", name=name).or_(place.get_by_role("radio", name=name)).first.check()

    def press(self, words: str, within: Locator | None = None) -> None:
        """Press a button or follow a link, whichever has this name."""
        place = within or self.page
        place.get_by_role("button", name=words).or_(place.get_by_role("link", name=words)).first.click()

    def sees(self, *words: str, within: Locator | None = None) -> None:
        place = within or self.page.locator("body")
        for sentence in words:
            expect(place).to_contain_text(plain(sentence))

    @property
    def note(self) -> Locator:
        return self.page.get_by_role("textbox", name=re.compile("^Note"))

    @property
    def messages(self) -> Locator:
        return self.page.get_by_role("region", name="Messages")

    @property
    def flags(self) -> Locator:
        """The cards of the flags that stand, on a chart."""
        return self.page.get_by_role("region", name="Open flags").get_by_role("article")

    def flag(self, title: str) -> Locator:
        return self.flags.filter(has=self.page.get_by_role("heading", name=title))

    @property
    def dialog(self) -> Locator:
        return self.page.locator("dialog#dialog[open]")


def plain(sentence: str) -> re.Pattern[str]:
    """To a reader any kind of space is a space, and any kind of hyphen a hyphen."""
    return re.compile(r"\s+".join(re.escape(word) for word in sentence.split()).replace(r"\-", "[-\u2011]"))


def _typed(value: Any) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)
