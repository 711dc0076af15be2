"""One import in a process of its own, which tells the most memory that it took, in KiB."""

import resource
import sys
from pathlib import Path

from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Clinic
from labs.models import Channel, Import, ImportStage
from reviews.acts.imports import commit_import, receive_file
from reviews.importing.steps import work_on


def main() -> None:
    """Preview and commit of the file named first, for the clinic named second."""
    path, slug = sys.argv[1:]
    by = Actor.service(Clinic.objects.get(slug=slug), "bench")
    source = received(path=Path(path), by=by)
    work_on(source.pk, timezone.now)
    committed(source, by)
    sys.stdout.write(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}\n")


def received(*, path: Path, by: Actor) -> Import:
    with path.open("rb") as content:
        return receive_file(
            by=by, at=timezone.now(), channel=Channel.COMMAND, file_name=path.name, content=content
        )


def committed(source: Import, by: Actor) -> None:
    """Raises RuntimeError when not all is stored: then the figure would mean nothing."""
    source.refresh_from_db()
    commit_import(source=source, by=by, at=timezone.now(), version=source.version)
    work_on(source.pk, timezone.now)
    source.refresh_from_db()
    if source.stage != ImportStage.COMMITTED:
        raise RuntimeError(f"The import is {source.stage}: {source.error or source.refusal}")


if __name__ == "__main__":
    main()
