"""Pages of imports as a person asks for them, and what they say as one line of text."""

import html
import re
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from labs.models import Import
from tests.reviews.importing.files import csv_of


class Desk:
    """One person; `told` is the text of a page without its tags."""

    def __init__(self, by: Actor) -> None:
        self.by = by
        self.client = Client()

    def sit_down(self) -> None:
        """Sign in anew: hours may have passed."""
        self.client.force_login(self.by.user)

    def get(self, name: str, pk: UUID | None = None, target: str = "", **query: Any) -> Any:
        self.sit_down()
        headers = {"HX-Request": "true", "HX-Target": target} if target else {}
        return self.client.get(address(name, pk), query, headers=headers)

    def post(self, name: str, pk: UUID | None = None, /, **body: Any) -> Any:
        self.sit_down()
        return self.client.post(address(name, pk), body)

    def drop(self, *contents: str | bytes, name: str = "results.csv", **body: Any) -> Any:
        files = [
            SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
            for content in contents
        ]
        return self.post("import_list", file=files, **body)

    def dropped(self, content: Any, **body: Any) -> Import:
        """The one file that was dropped, whatever became of it."""
        answer = self.drop(content if isinstance(content, str | bytes) else csv_of(content), **body)
        assert answer.status_code == 302, told(answer, answer.status_code)
        return Import.objects.get(pk=answer["Location"].rstrip("/").rsplit("/", 1)[1])


def address(name: str, pk: UUID | None = None) -> str:
    return reverse(f"reviews:{name}", args=[pk] if pk else [])


def told(answer: Any, status: int = 200) -> str:
    """What the page says, in one line; fails for another status."""
    page = answer.content.decode()
    text = html.unescape(re.sub(r"<[^>]*>", " ", page)).replace("\u00a0", " ").replace("\u2011", "-")
    words = " ".join(text.split())
    assert answer.status_code == status, (answer.status_code, words[-1500:])
    return words


def once(answer: Any, act: str) -> dict[str, str]:
    """The hidden fields of the form on a page whose address ends with `act`."""
    (form,) = re.findall(rf'<form[^>]*action="[^"]*{act}/"[^>]*>(.*?)</form>', answer.content.decode(), re.S)
    fields = re.findall(r'<input type="hidden" name="(once|version)" value="([^"]*)"', form)
    return dict(fields)
