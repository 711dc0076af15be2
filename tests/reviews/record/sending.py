"""Sending a form and saying what must come back."""

from typing import Any

from django.test import Client
from django.urls import reverse


def sent(client: Client, name: str, *args: Any, status: int = 302, **typed: Any) -> str:
    answer = client.post(reverse(name, args=args), typed)
    page = answer.content.decode()
    assert answer.status_code == status, page
    return page
