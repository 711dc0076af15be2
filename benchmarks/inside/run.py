"""Fills the database, measures, and writes down what was found."""

import json
import logging
import sys
from argparse import Namespace

from django.core.management import call_command
from django.utils import timezone

from benchmarks.inside import importing, pages, series, sweeping, visiting
from benchmarks.measure import Measured
from benchmarks.options import options
from benchmarks.report import Report
from demo.population import analyze, populate

SLUG = "bench"


def main() -> int:
    """0 when every goal is met."""
    wanted = options()
    logging.disable(logging.INFO)
    call_command("migrate", verbosity=0, interactive=False)
    report = measure(wanted)
    wanted.out.parent.mkdir(parents=True, exist_ok=True)
    wanted.out.write_text(json.dumps(report.as_json(), indent=1) + "\n")
    sys.stdout.write(f"{report.as_text()}\n\nThe same as JSON: {wanted.out}\n")
    return 0 if all(ratio.is_met for ratio in report.ratios) else 1


def measure(wanted: Namespace) -> Report:
    """Everything in one run, so that each figure stands beside its floor."""
    at, measured = timezone.now(), Measured()
    populated = measured.run(
        "population", lambda: populate(SLUG, patients=wanted.patients, seed=wanted.seed, now=at)
    )
    analyze()
    swept = sweeping.measure(populated.clinic, at, wanted.runs, wanted.looped, measured)
    standing = pages.measure(populated.clinic, at, wanted.flags, wanted.requests, measured)
    counts = populated.rows | swept
    counts["flags standing for the queue page"] = standing
    visiting.measure(populated.clinic, at, wanted.visits, measured)
    counts |= series.measure(populated.clinic, at, wanted.runs, measured)
    counts |= importing.measure(populated.clinic, at, wanted.rows, measured)
    ratios = [*sweeping.ratios(measured, counts), *pages.ratios(measured), *visiting.ratios(measured)]
    ratios += series.ratios(measured)
    ratios += importing.ratios(measured, counts)
    return Report(counts, measured, ratios)


if __name__ == "__main__":
    sys.exit(main())
