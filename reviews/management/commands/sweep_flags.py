"""The sweep by hand: the same pass as the nightly one, for any day, and as a trial."""

import json
import time
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Clinic
from reviews.models import Sweep
from reviews.night import check


class Command(BaseCommand):
    help = "Clear and raise flags of one clinic or all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--clinic", help="slug of one clinic; all without it")
        parser.add_argument(
            "--on", type=date.fromisoformat, help="for this day instead of the clinic's today"
        )
        parser.add_argument("--dry-run", action="store_true", help="count and keep nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        clinics = Clinic.objects.order_by("slug")
        if options["clinic"]:
            clinics = clinics.filter(slug=options["clinic"])
            if not clinics:
                raise CommandError(f"No clinic has the slug {options['clinic']!r}.")
        answers = [self._sweep(clinic, options["on"], options["dry_run"]) for clinic in clinics]
        if options["json"]:
            self.stdout.write(json.dumps({"clinics": answers}))
            return
        for answer in answers:
            self.stdout.write(
                f"{answer['clinic']} {answer['on']}: raised {answer['raised']}, cleared {answer['cleared']}"
            )

    def _sweep(self, clinic: Clinic, on: date | None, dry_run: bool) -> dict[str, Any]:
        begun = time.monotonic()
        row = check(clinic, at=timezone.now(), on=on, dry_run=dry_run)
        if row is None:
            raise CommandError(f"{clinic.slug} is being swept by another process. Try again in a minute.")
        if row.error:
            raise CommandError(f"{clinic.slug}: {row.error}")
        return self._answer(clinic, row, time.monotonic() - begun)

    @staticmethod
    def _answer(clinic: Clinic, row: Sweep, seconds: float) -> dict[str, Any]:
        return {
            "clinic": clinic.slug,
            "on": row.on.isoformat(),
            "assessed": row.assessed,
            "raised": row.raised,
            "cleared": row.cleared,
            "not_evaluable": row.not_evaluable,
            "seconds": round(seconds, 3),
        }
