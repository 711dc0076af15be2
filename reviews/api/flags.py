"""Flags: what asks for attention, why, and what people do about it."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.answers import Conflict
from accounts.permissions import Act
from accounts.shapes import AtVersion, Day, MomentField
from labs.models import ANALYTE_CHOICES
from patients.api import ChartResource, OfPatientFilter
from reviews.acts.flags import NotUndoable, acknowledge, resolve, snooze, undo
from reviews.api.flag_owners import OWNER_ACTS, OWNER_INPUTS, OwnerActs
from reviews.models import STANDING, Action, Flag, FlagState, Rule
from reviews.moments import Moment
from reviews.queue import GROUPS, RANK, with_rank
from reviews.sentences import READS, cause_of, closing, sentence, spec

GROUP_CHOICES = [(group.key, group.name) for group in GROUPS]
URGENCIES = ("ACT_TODAY", "OVERDUE", "THIS_WEEK", "WINDOW_OPEN")


class WhyShape(serializers.Serializer[Any]):
    sentence = serializers.CharField()
    rule = serializers.ChoiceField(choices=Rule.choices)
    protocol_version = serializers.IntegerField()
    inputs = serializers.DictField(help_text="What the rule read, frozen when it raised the flag.")
    evidence = serializers.CharField(
        help_text="A guideline or label, B paper, C founding article only, S own assumption."
    )
    source = serializers.CharField()  # type: ignore[assignment]
    claim = serializers.CharField(help_text="The claim of the founding article, where the rule rests on one.")


class FlagShape(serializers.ModelSerializer[Flag]):
    urgency = serializers.ChoiceField(choices=URGENCIES)
    state = serializers.ChoiceField(source="standing_state", choices=FlagState.choices)
    is_late = serializers.BooleanField()
    holder = serializers.IntegerField(
        allow_null=True,
        help_text="Who answers now: the owner's membership, or an absent owner's deputy; null is the pool.",
    )
    offered_to = serializers.SerializerMethodField()
    offer_ends_at = serializers.SerializerMethodField()
    group = serializers.SerializerMethodField()
    cause = serializers.SerializerMethodField()
    cause_id = serializers.SerializerMethodField()
    closing = serializers.SerializerMethodField()
    why = serializers.SerializerMethodField()

    class Meta:
        model = Flag
        fields = [
            "id",
            "patient",
            "rule",
            "urgency",
            "group",
            "severity",
            "emergency",
            "state",
            "raised_at",
            "due_by",
            "is_late",
            "snoozed_until",
            "owner",
            "holder",
            "offered_to",
            "offer_ends_at",
            "cause",
            "cause_id",
            "action",
            "note",
            "cleared_because",
            "closed_at",
            "closed_by",
            "closing",
            "previous",
            "why",
            "version",
        ]

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_offered_to(self, flag: Any) -> int | None:
        """The membership that may accept it; null once the offer is over."""
        return flag.offered_to_id if flag.is_offered else None

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_offer_ends_at(self, flag: Any) -> str | None:
        """When the offer ends by itself."""
        if not flag.is_offered:
            return None
        return str(serializers.DateTimeField().to_representation(flag.offer_ends_at))

    def get_group(self, flag: Any) -> str:
        """The group of the queue in which it stands; empty once it is closed."""
        return GROUPS[flag.rank].key if flag.state in STANDING else ""

    def get_cause(self, flag: Flag) -> str:
        """reevaluation, symptom_answer, lab_result, expected_result, outcome or finding."""
        return cause_of(flag)

    def get_cause_id(self, flag: Flag) -> str:
        return str(getattr(flag, f"{cause_of(flag)}_id"))

    def get_closing(self, flag: Flag) -> str:
        """How the flag closed; empty while it stands."""
        return closing(flag)

    @extend_schema_field(WhyShape)
    def get_why(self, flag: Flag) -> dict[str, Any]:
        rule = spec(flag)
        return {
            "sentence": sentence(flag, self.context["view"].today),
            "rule": flag.rule,
            "protocol_version": flag.protocol.version,
            "inputs": flag.inputs,
            "evidence": rule.mark,
            "source": rule.source,
            "claim": rule.claim,
        }


class SnoozeGiven(AtVersion):
    until = MomentField()
    reason = serializers.CharField(max_length=1000, required=False, allow_blank=True)


class ResolveGiven(AtVersion):
    action = serializers.ChoiceField(choices=Action.choices)
    note = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    analytes = serializers.ListField(
        child=serializers.ChoiceField(choices=ANALYTE_CHOICES),
        required=False,
        help_text="What LAB_ORDERED owes; else the analyte of the flag.",
    )
    expected_by = Day(required=False, allow_null=True)


class FlagFilter(OfPatientFilter):
    class Meta:
        model = Flag
        fields = ["patient", "rule"]

    group = filters.ChoiceFilter(
        choices=GROUP_CHOICES, method="in_group", help_text="Standing flags of one group of the queue."
    )

    state = filters.ChoiceFilter(field_name="standing_state", choices=FlagState.choices)
    urgency = filters.ChoiceFilter(choices=[(urgency, urgency) for urgency in URGENCIES])

    def in_group(self, flags: QuerySet[Flag], name: str, key: str) -> QuerySet[Flag]:
        ranked: Any = flags
        of_group: QuerySet[Flag] = ranked.filter(state__in=STANDING, rank=RANK[key])
        return of_group


class FlagResource(OwnerActs, ChartResource):
    """`state` is as of now: a snooze that has ended reads OPEN, and OVERDUE is never stored."""

    queryset = Flag.objects.all()
    serializer_class = FlagShape
    filterset_class = FlagFilter
    withdrawable = False
    acts = {
        "list": Act.SEE_QUEUE,
        "retrieve": Act.SEE_QUEUE,
        "acknowledge": Act.ACKNOWLEDGE,
        "snooze": Act.SNOOZE,
        "resolve": Act.RESOLVE,
        "undo": Act.ACKNOWLEDGE,
        **OWNER_ACTS,
    }
    inputs = {
        "acknowledge": AtVersion,
        "snooze": SnoozeGiven,
        "resolve": ResolveGiven,
        "undo": AtVersion,
        **OWNER_INPUTS,
    }

    def get_queryset(self) -> QuerySet[Flag]:
        return flags_to_read(super().get_queryset(), self)

    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, **address: Any) -> Response:
        """Say that you have seen it; it goes on standing."""
        given = self.given()
        flag = self.row_at(given["version"])
        return self.shown(acknowledge(flag=flag, by=self.actor, at=self.at, **given))

    @action(detail=True, methods=["post"])
    def snooze(self, request: Request, **address: Any) -> Response:
        """Put it aside until a moment: act today at most 4 hours and with a reason, an emergency never."""
        given = self.given()
        flag = self.row_at(given["version"])
        return self.shown(snooze(flag=flag, by=self.actor, at=self.at, **given))

    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, **address: Any) -> Response:
        """Close it with what was done."""
        given = self.given()
        flag = self.row_at(given["version"])
        return self.shown(resolve(flag=flag, by=self.actor, at=self.at, **given))

    @action(detail=True, methods=["post"])
    def undo(self, request: Request, **address: Any) -> Response:
        """Put back the state before your own last act, within 10 minutes."""
        given = self.given()
        flag = self.row_at(given["version"])
        try:
            undone = undo(flag=flag, by=self.actor, at=self.at, **given)
        except NotUndoable as refused:
            raise Conflict({"detail": str(refused), "current": self.as_it_stands(flag)}) from refused
        return self.shown(undone)


def flags_to_read(flags: QuerySet[Flag], view: ChartResource) -> QuerySet[Flag]:
    """Flags as of the request, with all that their shape reads."""
    rows: Any = flags
    now = Moment.of(view.clinic, view.at)
    standing: QuerySet[Flag] = with_rank(rows.as_of(view.today, view.at), now).select_related(*READS)
    return standing
