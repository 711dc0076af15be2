"""What the content security policy would block never gets into a template, and every static file exists."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
NAMES = [str(path.relative_to(ROOT / "templates")) for path in TEMPLATES]

TAG = re.compile(r"<[a-zA-Z][^<>]*(?:\{[%{#].*?[%}#]\}[^<>]*)*>", re.DOTALL)
INLINE = re.compile(r"\s(?:style|on[a-z]+|hx-on[\w:.-]*|srcdoc)\s*=", re.IGNORECASE)
SCRIPT_BODY = re.compile(r"<script\b[^>]*>(?!\s*</script>)", re.IGNORECASE)
STATIC = re.compile(r"\{% static '([^']+)' %\}")
ELSEWHERE = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//""")


def offences(html: str) -> list[str]:
    """What a strict policy would block in `html`."""
    found = [tag for tag in TAG.findall(html) if INLINE.search(tag)]
    found += SCRIPT_BODY.findall(html) + ELSEWHERE.findall(html)
    return found + re.findall(r"<style\b|javascript:", html, re.IGNORECASE)


@pytest.mark.parametrize(
    "html",
    [
        '<p style="color: red">',
        "<button class='a' onclick='go()'>",
        '<div hx-on:click="go()">',
        "<script>go()</script>",
        '<script src="https://example.org/a.js"></script>',
        "<style>p {}</style>",
        '<a href="javascript:go()">',
    ],
)
def test_the_guard_sees_what_it_guards_against(html: str) -> None:
    assert offences(html)


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_a_template_has_nothing_inline_and_nothing_from_elsewhere(path: Path) -> None:
    assert offences(path.read_text()) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_template_compiles(name: str) -> None:
    assert get_template(name)


def test_every_static_file_that_a_template_names_exists() -> None:
    named = {match for path in TEMPLATES for match in STATIC.findall(path.read_text())}
    assert named
    assert {name for name in named if finders.find(name) is None} == set()


def test_every_stylesheet_is_linked() -> None:
    head = (ROOT / "templates" / "parts" / "head.html").read_text()
    assert {f"css/{path.name}" for path in STYLES} == {
        name for name in STATIC.findall(head) if name.endswith("css")
    }


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_colours_are_said_only_in_the_tokens(path: Path) -> None:
    if path.name in ("tokens.css", "print.css"):
        assert "#" in path.read_text()
    else:
        assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;,\s)])", path.read_text()) == []


def test_every_token_that_a_stylesheet_uses_is_defined() -> None:
    defined = set(re.findall(r"^\s*(--[\w-]+):", (ROOT / "static/css/tokens.css").read_text(), re.MULTILINE))
    used = {name for path in STYLES for name in re.findall(r"var\((--[\w-]+)", path.read_text())}
    assert used - defined == set()
