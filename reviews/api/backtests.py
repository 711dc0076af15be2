"""Numbers of the protocol tried on the past, and how much noise each rule makes."""

from typing import Any

from django.core.exceptions import ValidationError as Refused
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.answers import renamed
from accounts.permissions import Act
from accounts.resources import Resource
from reviews.acts.backtests import LONGEST_MONTHS, SHORTEST_MONTHS, cancel_backtest, try_numbers
from reviews.backtest.working import left_out
from reviews.models import Backtest
from reviews.noise import noise


class CountShape(serializers.Serializer[Any]):
    """One rule, or OVERDUE: re-evaluations whose window closed while they stood on the queue."""

    then = serializers.IntegerField(help_text="Flags that were raised in the days.")
    now = serializers.IntegerField(help_text="Flags that the tried numbers raise in the days.")
    same = serializers.IntegerField(help_text="Raised on the same day.")
    gone = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="Flags that would not be raised, by what became of them: ACTED on by a person, ANSWERED by "
        "what they asked for, DISMISSED or cleared by themselves, STANDING.",
    )
    days = serializers.DictField(
        child=serializers.IntegerField(), help_text="{days later, or earlier below 0: flags}."
    )
    found = serializers.IntegerField(
        help_text="Of those gone or later: on the day they were closed something about the patient was found."
    )
    new = serializers.IntegerField(help_text="Flags that were not raised at all.")
    moved_in = serializers.IntegerField(
        help_text="Flags that were raised before these days, or will be after."
    )
    not_reproduced = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="{why: flags} that were raised and that the numbers in force do not raise again.",
    )
    not_raised = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="{why: flags} that the numbers in force raise although none was raised.",
    )


class BacktestShape(serializers.ModelSerializer[Backtest]):
    """Long work: read it again until it is DONE or FAILED; `done` of `total` patients."""

    protocol = serializers.IntegerField(
        source="protocol.version", help_text="The version in force when asked."
    )
    tried = serializers.DictField(child=serializers.CharField(), help_text="{number: value}.")
    rules = serializers.SerializerMethodField(help_text="{rule: counts}, of the patients done so far.")
    weeks = serializers.SerializerMethodField(
        help_text="{week: starts and changes of dose after which somebody first looked again in it}."
    )
    not_lived_through = serializers.SerializerMethodField(help_text="How many patients could not be.")

    class Meta:
        model = Backtest
        fields = ["id", "state", "protocol", "tried", "since", "until", "asked_at", "finished_at"]
        fields += ["total", "done", "error", "rules", "weeks", "not_lived_through"]

    @extend_schema_field(serializers.DictField(child=CountShape()))
    def get_rules(self, row: Backtest) -> Any:
        return row.found.get("rules", {})

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_weeks(self, row: Backtest) -> Any:
        return row.found.get("weeks", {})

    def get_not_lived_through(self, row: Backtest) -> int:
        return len(left_out(row))


class BacktestGiven(serializers.Serializer[Any]):
    tried = serializers.DictField(
        child=serializers.DecimalField(max_digits=9, decimal_places=4),
        help_text="{name: value} of the numbers to try together; the others stay as they are in force.",
    )
    months = serializers.IntegerField(
        min_value=SHORTEST_MONTHS, max_value=LONGEST_MONTHS, help_text="How far back, until today."
    )


class NothingGiven(serializers.Serializer[Any]):
    """An empty body."""


class BacktestResource(ListModelMixin, RetrieveModelMixin, Resource):
    """What the rules would have raised with other numbers, beside what they raised. It changes no patient."""

    queryset = Backtest.objects.select_related("protocol")
    serializer_class = BacktestShape
    lookup_value_converter = "int"
    acts = {
        "list": Act.SEE_PROTOCOL,
        "retrieve": Act.SEE_PROTOCOL,
        "create": Act.TRY_PROTOCOL,
        "cancel": Act.TRY_PROTOCOL,
    }
    inputs = {"create": BacktestGiven, "cancel": NothingGiven}

    def create(self, request: Request) -> Response:
        """Have a worker live through the past months with the tried numbers as well."""
        given = self.given()
        try:
            row = try_numbers(by=self.actor, at=self.at, **given)
        except Refused as refused:
            raise _at_the_numbers(refused) from refused
        return self.shown(row, status=201)

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, **address: Any) -> Response:
        """Stop one that is under way."""
        self.given()
        return self.shown(cancel_backtest(backtest=self.get_object(), by=self.actor, at=self.at))


class NoiseShape(serializers.Serializer[Any]):
    """One rule over the last twelve weeks."""

    rule = serializers.CharField()
    raised = serializers.IntegerField()
    per_clinician_week = serializers.DecimalField(max_digits=9, decimal_places=2)
    acted = serializers.IntegerField(help_text="Resolved with an action.")
    acted_percent = serializers.IntegerField(allow_null=True, help_text="Of all that were closed.")
    answered = serializers.IntegerField(help_text="Cleared, because what was asked for came.")
    dismissed = serializers.IntegerField(help_text="Resolved with no action.")
    lapsed = serializers.IntegerField(help_text="Cleared, because the cause went away.")
    standing = serializers.IntegerField()
    snoozed = serializers.IntegerField(help_text="How often one was put aside.")
    reasons = serializers.SerializerMethodField(help_text="{why it cleared: flags}.")
    words = serializers.SerializerMethodField(
        help_text="{why no action was needed: flags}, the most frequent."
    )
    snooze_words = serializers.SerializerMethodField(
        help_text="{why it could wait: times}, the most frequent."
    )

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_reasons(self, line: Any) -> Any:
        return dict(line.reasons)

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_words(self, line: Any) -> Any:
        return dict(line.words)

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_snooze_words(self, line: Any) -> Any:
        return dict(line.snooze_words)


class BudgetShape(serializers.Serializer[Any]):
    since = serializers.DateTimeField()
    clinicians = serializers.IntegerField(help_text="Active members who may resolve a flag.")
    rules = NoiseShape(many=True)


class NoiseResource(Resource):
    """How much each rule asks of whom, and what came of it. Words that people wrote are among it."""

    queryset = Backtest.objects.none()
    serializer_class = BudgetShape
    pagination_class = None  # type: ignore[assignment]  # one row
    acts = {"list": Act.SEE_QUEUE}

    @extend_schema(responses=BudgetShape)
    def list(self, request: Request) -> Response:
        """The last twelve weeks, rule by rule."""
        return Response(BudgetShape(noise(self.clinic, self.at)).data)


def _at_the_numbers(refused: Refused) -> Refused:
    """The refusals of a number stand in the body under `tried`."""
    if not hasattr(refused, "error_dict"):
        return refused
    return renamed(refused, lambda name: name if name in ("months", "tried", "__all__") else f"tried.{name}")
