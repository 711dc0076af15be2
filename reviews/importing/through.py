"""A file that no person looks at in between: read it, and store what is ready, in this process."""

from accounts.actors import Actor
from labs.models import Import, ImportStage
from reviews.acts.imports import commit_import
from reviews.importing.steps import Clock, work_on


def take_through(source: Import, *, by: Actor, clock: Clock, commit: bool = True) -> Import:
    """Read and check the file; with `commit` store all that is ready. Answers with how it stands then."""
    _work(source, clock)
    if commit and source.stage == ImportStage.CHECKED:
        commit_import(source=source, by=by, at=clock(), version=source.version)
        _work(source, clock)
    return source


def _work(source: Import, clock: Clock) -> None:
    work_on(source.pk, clock)
    source.refresh_from_db()
