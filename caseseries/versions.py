"""Which version of a saved series a definition is, in words that name nothing of the clinic."""

from django.db.models import QuerySet

from caseseries.definition.differences import differences
from caseseries.models import Definition, SavedSeries


def name_of(definition: Definition) -> str:
    """The name that it was saved under last, for people of the clinic only; without one, its hash."""
    saved = _saved_last(definition)
    return saved.name if saved else str(definition)


def what_changed(saved: SavedSeries) -> list[str]:
    """What this version asks for otherwise than the one before it; nothing for the first."""
    before = _versions_of(saved).filter(version=saved.version - 1).select_related("definition").first()
    return differences(before.definition.series, saved.definition.series) if before else []


def version_in_words(definition: Definition) -> str:
    """`Version 2 of 2; version 1 differed in ...`, for the page and every export; "" for one without a name.

    Of several names the one that it was saved under last.
    """
    saved = _saved_last(definition)
    if saved is None:
        return ""
    place = f"Version {saved.version} of {_versions_of(saved).count()}"
    changed = what_changed(saved)
    return (
        f"{place}; version {saved.version - 1} differed in {'; '.join(changed)}." if changed else f"{place}."
    )


def _saved_last(definition: Definition) -> SavedSeries | None:
    rows = SavedSeries.objects.filter(clinic=definition.clinic_id, definition=definition)
    return rows.select_related("definition").order_by("-saved_at", "-id").first()


def _versions_of(saved: SavedSeries) -> QuerySet[SavedSeries]:
    return SavedSeries.objects.filter(clinic=saved.clinic_id, name=saved.name)
