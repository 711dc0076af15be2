"""The regimen editor as a browser without scripts uses it: what stands in the form is what is sent."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

from django.test import Client

from tests.reviews.visit.form import fields_sent


class Editor:
    """One open page of the editor. `press` sends a button of the page, `save` the one that saves."""

    def __init__(self, client: Client, address: str) -> None:
        self.client, self.address = client, address
        self.read(client.get(address))

    def read(self, answer: Any) -> None:
        self.status = answer.status_code
        self.page = answer.content.decode() if answer.status_code != 302 else ""
        if self.page:
            form = self.page[self.page.index("data-main") : self.page.index("</main>")]
            self.fields = fields_sent(form)

    @property
    def words(self) -> str:
        text = unescape(re.sub(r"<[^>]+>", " ", self.page)).replace("\N{NON-BREAKING HYPHEN}", "-")
        return re.sub(r" (?=[,.])", "", re.sub(r"\s+", " ", text))

    def type(self, **changed: Any) -> "Editor":
        self.fields |= {name: str(value) for name, value in changed.items()}
        return self

    def press(self, name: str, value: str = "1") -> "Editor":
        self.read(self.client.post(self.address, self.fields | {name: value}))
        assert self.status == 200, self.words
        return self

    def save(self) -> "Editor":
        self.read(self.client.post(self.address, self.fields))
        return self

    def error(self, field: str) -> str:
        """What stands at a field."""
        found = re.search(rf'id="id_{field}_error">(.*?)</(?:div|p)>', self.page, re.DOTALL)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[1])).split()) if found else ""

    @property
    def intakes(self) -> list[tuple[str, str, str]]:
        sent = self.fields
        rows = [
            (sent[f"intake_{n}_at"], sent[f"intake_{n}_units"], sent[f"intake_{n}_taken"]) for n in range(8)
        ]
        return [row for row in rows if row[0] or row[1]]


# Opens a page of the editor about the patient: the name of its address, its further rows, a query.
Opened = Callable[..., Editor]
