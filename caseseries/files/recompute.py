"""Recompute the headline figures from the rows, and compare them with the summary.

This file leaves with an export. It needs Python 3.9 or later and nothing else: run it beside `people.csv` and
`summary.json`. It ends with 0 when every figure agrees, and with 1 when one does not.

A column that says SUPPRESSED cannot be counted; its figures are not compared.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from math import sqrt
from pathlib import Path
from typing import Any

SUPPRESSED = "SUPPRESSED"
Rows = list[dict[str, str]]
Summary = dict[str, Any]
# The normal quantile of a two-sided interval of 95 %.
Z = 1.959963984540054


def wilson(n: int, of: int) -> list[float]:
    """Wilson's score interval of n of so many, in per cent with one decimal."""
    share, weight = n / of, Z * Z / of
    reach = Z * sqrt(share * (1 - share) / of + weight / (4 * of))
    low, high = (share + weight / 2 - reach) / (1 + weight), (share + weight / 2 + reach) / (1 + weight)
    return [round(100 * part, 1) for part in (0.0 if n == 0 else low, 1.0 if n == of else high)]


def shares(rows: Rows, summary: Summary) -> Iterator[tuple[str, int, int, Summary]]:
    """(name, n and of from the rows, the share of the summary) of what can be counted."""
    less = summary["less_anxious"]
    told = [row["anxiety"] for row in rows]
    observed = [answer for answer in told if answer in ("LESS", "NEITHER", "WORSE")]
    if SUPPRESSED not in told:
        yield "less anxious, observed", observed.count("LESS"), len(observed), less["less_of_observed"]
        yield "less anxious, all who started", told.count("LESS"), len(told), less["less_of_all"]
        yield "worse, observed", observed.count("WORSE"), len(observed), less["worse_of_observed"]
    for symptom in summary["new_symptoms"]:
        course = [row[symptom["symptom"].lower()] for row in rows]
        if SUPPRESSED not in course:
            asked = [each for each in course if each in ("NEW", "NOT_NEW")]
            yield f"new: {symptom['label']}", asked.count("NEW"), len(asked), symptom["new"]


def means(rows: Rows, summary: Summary) -> Iterator[tuple[str, float, Summary, int]]:
    """(name, mean of the rows with its decimals, the spread of the summary)."""
    for name, measure, decimals in (
        ("gad7", "less_anxious", 1),
        ("ionized_mg_mmol_l", "ionized_mg_mmol_l", 3),
    ):
        pairs = [(row[f"{name}_start"], row[f"{name}_outcome"]) for row in rows]
        changes = [float(later) - float(first) for first, later in pairs if first not in ("", SUPPRESSED)]
        spread = summary[measure]["change"]
        if changes and spread is not None:
            yield f"mean change of {name}", sum(changes) / len(changes), spread, decimals


def faults(rows: Rows, summary: Summary) -> Iterator[str]:
    """One sentence for each figure that does not agree."""
    if rows and summary["n"] != len(rows):
        yield f"{len(rows)} rows, but {summary['n']} people."
    for name, n, of, share in shares(rows, summary):
        if share["n"] is None:
            continue
        again = [n, of, *(wilson(n, of) if of else [None, None])]
        if again != [share["n"], share["of"], share["low_percent"], share["high_percent"]]:
            yield f"{name}: {again} from the rows, {share} in the summary."
    for name, mean, spread, decimals in means(rows, summary):
        # Half of the last decimal, and what a sum of floats may lose.
        if abs(mean - spread["mean"]) > 0.5000001 * 10**-decimals:
            yield f"{name}: {mean} from the rows, {spread['mean']} in the summary."


def main() -> int:
    """Read both files, compare, and say what was found."""
    here = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
    with (here / "people.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    summary = json.loads((here / "summary.json").read_text(encoding="utf-8"))
    found = list(faults(rows, summary))
    compared = sum(1 for _ in shares(rows, summary)) + sum(1 for _ in means(rows, summary)) if rows else 0
    said = "\n".join(found) or f"{len(rows)} rows; {compared} figures agree with summary.json."
    sys.stdout.write(f"{said}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
