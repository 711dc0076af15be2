"""Reading our own pages: tables, links, code."""

import re
from pathlib import Path

from config.local import BASE_DIR

DOCS = BASE_DIR / "docs"
PAGES = sorted([*BASE_DIR.glob("*.md"), *DOCS.rglob("*.md")])
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")


def name(page: Path) -> str:
    return str(page.relative_to(BASE_DIR))


def table(page: str, heading: str) -> list[dict[str, str]]:
    """The rows of the first table under `heading`, each by the names of its columns."""
    text = (DOCS / page).read_text()
    section = re.split(rf"^#+ {re.escape(heading)}$", text, maxsplit=1, flags=re.MULTILINE)[1]
    lines = re.search(r"^\|.*?(?=\n[^|]|\n\n|\Z)", section, re.MULTILINE | re.DOTALL)
    assert lines is not None, f"no table under {heading}"
    head, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines[0].splitlines())
    return [dict(zip(head, row, strict=True)) for row in rows]


def words(cell: str) -> list[str]:
    """What stands in backticks."""
    return SPAN.findall(cell)


def code(page: Path) -> list[str]:
    """Lines in fences and spans in backticks."""
    text = page.read_text()
    fenced = [line for block in FENCE.findall(text) for line in block.splitlines()[1:-1]]
    return fenced + SPAN.findall(FENCE.sub("", text))


def anchors(page: Path) -> set[str]:
    """The fragments that headings make, as repositories show them."""
    heads = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
