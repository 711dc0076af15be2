"""A large synthetic population in one clinic, for measuring."""

import json
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from demo.population import NotEmpty, analyze, populate


class Command(BaseCommand):
    help = "Write synthetic patients by COPY. The same seed gives the same rows on the same day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--patients", type=int, required=True)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--clinic", required=True, help="slug; the clinic is made if there is none")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        slug, patients = options["clinic"], options["patients"]
        if not 0 < patients < 1 << 36:
            raise CommandError("--patients must be 1 or more.")
        begun = time.monotonic()
        try:
            populated = populate(slug, patients=patients, seed=options["seed"], now=timezone.now())
        except NotEmpty as error:
            raise CommandError(f"The clinic {slug} has other patients. Choose another slug.") from error
        analyze()
        answer = {
            "clinic": slug,
            "seed": options["seed"],
            "patients": patients,
            "rows": populated.rows,
            "was_there": populated.was_there,
            "seconds": round(time.monotonic() - begun, 1),
        }
        if options["json"]:
            self.stdout.write(json.dumps(answer))
            return
        for table, rows in populated.rows.items():
            self.stdout.write(f"{table:28}{rows:>12,}")
