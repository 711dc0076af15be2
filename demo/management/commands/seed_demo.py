"""The two demo clinics with their people, for trying Dolomite out."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from demo.seeding import HoldsRealPatients, seed


class Command(BaseCommand):
    help = "Make the demo: two clinics, five sign-ins, 230 synthetic patients. Does nothing a second time."

    def handle(self, *args: Any, **options: Any) -> None:
        begun = time.monotonic()
        try:
            seeded = seed(timezone.now())
        except HoldsRealPatients as error:
            raise CommandError(
                "This database holds patients that are not synthetic. The demo needs one without."
            ) from error
        if not seeded.northgate:
            self.stdout.write("The demo is there already; nothing was changed.")
            return
        self.stdout.write(
            f"Northgate {seeded.northgate} and Southbank {seeded.southbank} synthetic patients "
            f"in {time.monotonic() - begun:.0f} s."
        )
