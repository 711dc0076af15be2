"""`export_case_series`: the files of a series in a directory, and the checksum of their manifest."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Clinic
from caseseries.acts import asked, export_series, lock_definition
from caseseries.models import Export
from caseseries.storage import stored, write_private


class Command(BaseCommand):
    help = "Export the case series of a definition: people.csv, summary.csv, summary.json and manifest.json."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--clinic", required=True, metavar="SLUG")
        parser.add_argument("--definition", required=True, type=Path, metavar="FILE.json")
        parser.add_argument("--out", required=True, type=Path, metavar="DIR")

    def handle(self, *_: Any, **options: Any) -> None:
        clinic = Clinic.objects.filter(slug=options["clinic"]).first()
        if clinic is None:
            raise CommandError(f"There is no clinic {options['clinic']!r}.")
        by, at = Actor.service(clinic, "export_case_series"), timezone.now()
        try:
            name, cohort = asked(_read(options["definition"]))
        except ValidationError as error:
            lines = [f"{key}: {' '.join(said)}" for key, said in error.message_dict.items()]
            raise CommandError("\n".join(lines)) from error
        definition = lock_definition(cohort=cohort, by=by, at=at, name=name)
        export = export_series(definition=definition, by=by, at=at)
        for path in _copied(export, options["out"]):
            self.stdout.write(str(path))
        self.stdout.write(export.manifest_sha256)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise CommandError(f"{path} is not JSON: {error}.") from error


def _copied(export: Export, out: Path) -> list[Path]:
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    paths = []
    for entry in export.files:
        content = stored(export.pk, entry["name"])
        if content is None:
            raise CommandError(f"{entry['name']} was removed while it was being copied.")
        write_private(out / entry["name"], content)
        paths.append(out / entry["name"])
    return paths
