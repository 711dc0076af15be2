"""What people fill in when a flag changes hands."""

from typing import Any

from django import forms

from accounts.absences import covering, who_may_answer
from accounts.models import Membership
from reviews.acts.flag_owners import LONGEST_NOTE
from reviews.moments import Moment
from reviews.pages.act_pages import VersionField


def _members(now: Moment, *, without: set[int | None]) -> tuple[Any, dict[int, str]]:
    """Who can own a flag, and their names; who is away today is said to be."""
    members = who_may_answer(now.clinic).exclude(pk__in=[pk for pk in without if pk is not None])
    away = set(covering(now.on).filter(clinic=now.clinic).values_list("membership_id", flat=True))
    names = {member.pk: f"{member.user}{', away' if member.pk in away else ''}" for member in members}
    return members, names


class _MemberField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A member by name, chosen among those who can own a flag."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Membership.objects.none(), **options)

    def offer(self, now: Moment, *, without: set[int | None]) -> None:
        self.queryset, self.names = _members(now, without=without)

    def label_from_instance(self, obj: Membership) -> str:
        return self.names[obj.pk]


class AssignForm(forms.Form):
    """Who answers from now on; nobody is the pool."""

    version = VersionField()
    owner = _MemberField(label="Who answers for it", required=False, empty_label="Choose")

    def __init__(self, *args: Any, now: Moment, in_pool: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, _MemberField)  # noqa: S101 (tells the types what the class says above)
        field.offer(now, without=set())
        field.empty_label = "Choose" if in_pool else "The pool"


class OfferForm(forms.Form):
    """To whom a flag is offered, with a note."""

    version = VersionField()
    to = _MemberField(label="Offer it to", empty_label="Choose")
    note = forms.CharField(required=False, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, now: Moment, without: set[int | None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, _MemberField)  # noqa: S101 (tells the types what the class says above)
        field.offer(now, without=without)


class DeclineForm(forms.Form):
    """Why a flag is not taken over."""

    version = VersionField()
    reason = forms.CharField(
        label="Why not", max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2})
    )
