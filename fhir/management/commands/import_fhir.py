"""Import FHIR R4 bundles from files: a preview unless --commit."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Clinic
from fhir.importing import import_bundle
from reviews.importing.report import refused


class Command(BaseCommand):
    help = "Preview or commit patients and laboratory results of FHIR R4 bundles."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument("--clinic", required=True, help="slug of the clinic")
        parser.add_argument("--commit", action="store_true", help="store what is ready")
        parser.add_argument("--json", action="store_true", help="print a JSON list")

    def handle(self, *args: Any, **options: Any) -> None:
        clinic = Clinic.objects.filter(slug=options["clinic"]).first()
        if clinic is None:
            raise CommandError(f"No clinic has the slug {options['clinic']!r}.")
        by = Actor.service(clinic, "import_fhir")
        answers = [self._import(path, by, options["commit"]) for path in options["files"]]
        if options["json"]:
            self.stdout.write(json.dumps(answers))
        else:
            for answer in answers:
                self._tell(answer)

    def _import(self, path: Path, by: Actor, commit: bool) -> dict[str, Any]:
        try:
            content = path.read_bytes()
            answer = import_bundle(content, file_name=path.name, by=by, at=timezone.now(), commit=commit)
        except OSError as error:
            answer = refused(error.strerror or str(error))
        except ValidationError as error:
            # Somebody changed a chart meanwhile, or the file is empty: nothing of it is stored.
            answer = refused(" ".join(error.messages))
        return {"file": str(path), "patients_created": 0, "patients_matched": 0} | answer

    def _tell(self, answer: dict[str, Any]) -> None:
        done = "committed" if answer["committed"] else "preview"
        counts = ", ".join(
            f"{answer[name]} {name.replace('_', ' ')}"
            for name in ("ready", "converted", "already_stored", "unmatched", "errors")
        )
        people = f"{answer['patients_created']} patients new, {answer['patients_matched']} known"
        self.stdout.write(f"{answer['file']} ({done}): {answer['rows']} results: {counts}; {people}.")
        for kind, count in answer["passed_over"].items():
            self.stdout.write(f"  not taken: {count} x {kind}")
        for problem in answer["problems"]:
            self.stdout.write(f"  {problem.get('place', 'the file')}: {problem['reason']}")
