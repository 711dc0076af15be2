"""`export_case_series`: the files of a series in a directory, and the checksum of their manifest."""

import json
import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actors import Actor
from accounts.long_work import WorkState
from accounts.models import Clinic
from caseseries.acts import asked, lock_definition
from caseseries.acts_exports import export_now
from caseseries.models import Export
from caseseries.storage import new_private, stored


class Command(BaseCommand):
    help = "Export the case series of a definition: PDF, workbook, CSV, JSON, their manifest and an archive."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--clinic", required=True, metavar="SLUG")
        parser.add_argument("--definition", required=True, type=Path, metavar="FILE.json")
        parser.add_argument("--out", required=True, type=Path, metavar="DIR")

    def handle(self, *_: Any, **options: Any) -> None:
        clinic = Clinic.objects.filter(slug=options["clinic"]).first()
        if clinic is None:
            raise CommandError(f"There is no clinic {options['clinic']!r}.")
        by = Actor.service(clinic, "export_case_series")
        try:
            told = asked(_read(options["definition"]), by)
        except ValidationError as error:
            lines = [f"{key}: {' '.join(said)}" for key, said in error.message_dict.items()]
            raise CommandError("\n".join(lines)) from error
        definition = lock_definition(definition=told.definition, by=by, at=timezone.now())
        export = export_now(definition=definition, by=by, clock=timezone.now)
        _check(export)
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


def _check(export: Export) -> None:
    """Raises CommandError where there is nothing that may be taken away."""
    if export.state != WorkState.DONE:
        raise CommandError(export.error or "A worker took the export over. See it on the page of exports.")
    if not export.is_released:
        raise CommandError(
            f"Export {export.pk} is made and waits: in this clinic a second person releases what leaves. "
            "Somebody who may export does that on its page; the files can be taken from there."
        )


def _copied(export: Export, out: Path) -> list[Path]:
    """The files in `out`, all or none: each is complete before the first is put in its place."""
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        written = [_written(export, entry["name"], out) for entry in export.files]
    except OSError as error:
        for draft in out.glob(f".{export.pk}.*"):
            draft.unlink(missing_ok=True)
        raise CommandError(f"The files cannot be written to {out}: {error.strerror}.") from error
    return [draft.replace(out / name) for draft, name in written]


def _written(export: Export, name: str, out: Path) -> tuple[Path, str]:
    source = stored(export.pk, name)
    if source is None:
        raise CommandError(f"{name} was removed while it was being copied.")
    draft = out / f".{export.pk}.{name}"
    with source.open("rb") as content, new_private(draft) as file:
        shutil.copyfileobj(content, file)
    return draft, name
