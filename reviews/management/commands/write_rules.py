"""Write docs/rules.md from the rules, red flags and thresholds of the code."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from reviews.rulebook import rules_page


class Command(BaseCommand):
    help = "Write the page of rules from the code."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, default=Path(settings.BASE_DIR) / "docs" / "rules.md")

    def handle(self, *args: Any, **options: Any) -> None:
        options["to"].write_text(rules_page())
        self.stdout.write(f"Wrote {options['to']}")
