"""Import laboratory results from files: a preview unless --commit."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Clinic
from labs.models import Channel, Laboratory
from reviews.acts.imports import receive_file
from reviews.acts.laboratories import laboratory_named
from reviews.importing.report import refused, report
from reviews.importing.through import take_through


class Command(BaseCommand):
    help = "Preview or commit results from CSV, HL7 v2 or FHIR R4 files; the format is read from the content."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument("--clinic", required=True, help="slug of the clinic")
        parser.add_argument("--laboratory", help="whose files they are, where they do not say it")
        parser.add_argument("--commit", action="store_true", help="store what is ready")
        parser.add_argument("--json", action="store_true", help="print a JSON list")

    def handle(self, *args: Any, **options: Any) -> None:
        clinic = Clinic.objects.filter(slug=options["clinic"]).first()
        if clinic is None:
            raise CommandError(f"No clinic has the slug {options['clinic']!r}.")
        by = Actor.service(clinic, "import_labs")
        named = options["laboratory"]
        laboratory = laboratory_named(named, by=by, at=timezone.now()) if named else None
        answers = [self._import(path, by, laboratory, options["commit"]) for path in options["files"]]
        if options["json"]:
            self.stdout.write(json.dumps(answers))
            return
        for answer in answers:
            self._tell(answer)

    def _import(self, path: Path, by: Actor, laboratory: Laboratory | None, commit: bool) -> dict[str, Any]:
        try:
            with path.open("rb") as content:
                source = receive_file(
                    by=by, at=timezone.now(), channel=Channel.COMMAND, file_name=path.name, content=content,
                    laboratory=laboratory,
                )  # fmt: skip
        except OSError as error:
            return {"file": str(path)} | refused(error.strerror or str(error))
        except ValidationError as error:
            return {"file": str(path)} | refused(" ".join(error.messages))
        return {"file": str(path)} | report(take_through(source, by=by, clock=timezone.now, commit=commit))

    def _tell(self, answer: dict[str, Any]) -> None:
        done = "committed" if answer["committed"] else "preview"
        names = ("ready", "converted", "already_stored", "unmatched", "errors")
        counts = ", ".join(f"{answer[name]} {name.replace('_', ' ')}" for name in names)
        self.stdout.write(f"{answer['file']} ({answer['format']}, {done}): {answer['rows']} rows: {counts}.")
        for problem in answer["problems"]:
            self.stdout.write(f"  {problem.get('place', 'the file')}: {problem['reason']}")
