"""The form of a visit as a browser would send it."""

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.wording import NO_BREAK
from patients.models import Patient


def visit_url(patient: Patient, name: str = "log_visit") -> str:
    return reverse(f"reviews:{name}", args=[patient.pk])


def words_of(answer: Any) -> str:
    plain: str = answer.content.decode().replace(NO_BREAK, " ").replace("‑", "-").replace("&#x27;", "'")
    return plain.replace("&quot;", '"')


def blank_form(client: Client, patient: Patient) -> dict[str, str]:
    """What a browser would send of the form as it is opened: every field with its value."""
    page = client.get(visit_url(patient)).content.decode()
    return fields_sent(page[page.index("data-main") : page.index("</main>")])


def fields_sent(form: str) -> dict[str, str]:
    sent: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        told = dict(re.findall(r'([a-z_-]+)="([^"]*)"', tag))
        is_box = told.get("type") in ("checkbox", "radio")
        if "name" in told and (not is_box or " checked" in tag):
            sent[told["name"]] = told.get("value", "on" if is_box else "")
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        assert chosen is not None
        sent[name] = chosen[1]
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S):
        sent[name] = text.strip()
    return sent


def save(client: Client, patient: Patient, **typed: object) -> Any:
    sent = blank_form(client, patient) | {name.replace("__", "-"): value for name, value in typed.items()}
    return client.post(visit_url(patient), sent)
