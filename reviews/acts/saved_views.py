"""A person keeps filters of the queue under a name, for themselves."""

from datetime import datetime

from django.db import transaction

from accounts.actors import Actor
from accounts.models import Membership
from audit.record import record
from reviews.acts.ground import Refusals
from reviews.models import SavedView

MOST = 20
LONGEST_NAME = SavedView._meta.get_field("name").max_length or 0
LONGEST_QUERY = SavedView._meta.get_field("query").max_length or 0


def save_view(*, by: Actor, at: datetime, name: str, query: str) -> SavedView:
    """Keep `query`, as it stands in an address; raises ValidationError for a taken name or one too many."""
    with transaction.atomic():
        owner = _held(by)
        refusals = Refusals()
        name = _check_name(refusals, owner, name)
        refusals.unless(bool(query), "query", "Choose what to filter by first.")
        fits = len(query) <= LONGEST_QUERY
        refusals.unless(fits, "query", f"These filters are longer than {LONGEST_QUERY} letters.")
        full = owner.saved_views.count() >= MOST
        refusals.unless(not full, "name", f"You have {MOST} saved views. Delete one first.")
        refusals.stop_if_any()
        view = SavedView(clinic=by.clinic, membership=owner, name=name, query=query, saved_at=at)
        view.save(force_insert=True)
        record("SAVE_VIEW", by=by, at=at, of=view)
    return view


def rename_view(*, view: SavedView, by: Actor, at: datetime, name: str) -> SavedView:
    """Give a view another name; raises ValidationError as `save_view` does."""
    with transaction.atomic():
        refusals = Refusals()
        view.name = _check_name(refusals, _held(by), name, view)
        refusals.stop_if_any()
        view.save(update_fields=["name"])
        record("RENAME_VIEW", by=by, at=at, of=view)
    return view


def delete_view(*, view: SavedView, by: Actor, at: datetime) -> None:
    """Forget a view; it is a person's own and no record."""
    with transaction.atomic():
        record("DELETE_VIEW", by=by, at=at, of=view)
        view.delete()


def _held(by: Actor) -> Membership:
    """The person, locked: two tabs at once must not pass the same count or take the same name."""
    assert by.membership is not None  # noqa: S101 (who saves a view is signed in at a clinic)
    return Membership.objects.select_for_update(no_key=True).get(pk=by.membership.pk)


def _check_name(refusals: Refusals, owner: Membership, name: str, but: SavedView | None = None) -> str:
    name = " ".join(name.split())
    refusals.unless(bool(name), "name", "Enter a name.")
    refusals.unless(len(name) <= LONGEST_NAME, "name", f"Enter at most {LONGEST_NAME} letters.")
    others = owner.saved_views.exclude(pk=but.pk) if but else owner.saved_views.all()
    refusals.unless(not others.filter(name=name).exists(), "name", "You have a view of this name.")
    return name
