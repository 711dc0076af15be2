"""Cells of a CSV file that people open with a spreadsheet (pure)."""

# What makes a spreadsheet run a cell, full-width variants with it (OWASP, CSV injection).
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_text(text: str) -> str:
    """The text as it is; one that a spreadsheet would run gets an apostrophe before it."""
    return f"'{text}" if text.startswith(_RUNS) else text
