"""Write the sample files of demo/samples, which are committed."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from demo.sample_files import files


class Command(BaseCommand):
    help = "Write FHIR, HL7 v2 and CSV files of two made-up people who are not in the demo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, default=settings.BASE_DIR / "demo" / "samples")

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"]
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files().items():
            (out / name).write_bytes(content.encode())
            self.stdout.write(str(out / name))
