"""What people do with flags: acknowledge, snooze, resolve, and undo within ten minutes."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import F

from accounts.actors import Actor
from accounts.records import StaleVersion
from labs.analytes import Analyte
from labs.models import ExpectedResult
from reviews.acts.expected import check_order, unsaved_order
from reviews.acts.flag_changes import change_flag, check_standing, restored
from reviews.acts.ground import Refusals, act_on
from reviews.models import Action, Flag, FlagAct, FlagEvent, FlagState, Rule, Severity
from reviews.moments import Moment

NEEDS_WORDS = (Action.REFERRED, Action.NO_ACTION)
NOT_FOR_EMERGENCIES = (Action.LAB_ORDERED, Action.NO_ACTION)
ORDER_DAYS = 7
UNDONE = "The resolve that ordered it was undone."
# What a person can take back: every act on a flag but an undo.
UNDOABLE = (
    FlagAct.ACKNOWLEDGED, FlagAct.SNOOZED, FlagAct.RESOLVED,
    FlagAct.ASSIGNED, FlagAct.OFFERED, FlagAct.ACCEPTED, FlagAct.DECLINED,
)  # fmt: skip


class NotUndoable(Exception):
    """The last act on the flag is not this person's, is too old, or was followed by another."""


def acknowledge(*, flag: Flag, by: Actor, at: datetime, version: int) -> Flag:
    """Say "I have seen it"; the flag goes on standing."""
    with act_on(flag.patient, by, at):
        check_standing(flag)
        change_flag(
            flag, FlagAct.ACKNOWLEDGED, by, at, version, state=FlagState.ACKNOWLEDGED, snoozed_until=None
        )
    return flag


def snooze(*, flag: Flag, by: Actor, at: datetime, version: int, until: datetime, reason: str = "") -> Flag:
    """Put a flag aside until a moment: act today at most 4 hours and with a reason, emergencies never."""
    with act_on(flag.patient, by, at) as now:
        refusals = Refusals()
        check_standing(flag)
        limits = now.thresholds
        urgent = flag.severity == Severity.ACT_TODAY
        longest = (
            timedelta(hours=limits.act_today_snooze_hours)
            if urgent
            else timedelta(days=limits.snooze_days_maximum)
        )
        words = f"{limits.act_today_snooze_hours} hours" if urgent else f"{limits.snooze_days_maximum} days"
        refusals.unless(not flag.emergency, "id", "An emergency cannot be snoozed.")
        refusals.unless(until > at, "until", "Choose a later moment.")
        refusals.unless(until <= at + longest, "until", f"This flag can be snoozed for at most {words}.")
        refusals.unless(bool(reason.strip()) or not urgent, "reason", "Say why it can wait.")
        refusals.stop_if_any()
        change_flag(
            flag,
            FlagAct.SNOOZED,
            by,
            at,
            version,
            {"until": until.isoformat()},
            state=FlagState.SNOOZED,
            snoozed_until=until,
            note=reason.strip(),
        )
    return flag


def resolve(
    *,
    flag: Flag,
    by: Actor,
    at: datetime,
    version: int,
    action: str,
    note: str = "",
    analytes: Sequence[str] = (),
    expected_by: date | None = None,
) -> Flag:
    """Close a flag with what was done. "Lab ordered" owes the results by `expected_by` (or in 7 days)."""
    with act_on(flag.patient, by, at) as now:
        refusals = Refusals()
        check_standing(flag)
        _check_action(refusals, flag, action, note)
        ordered: list[ExpectedResult] = []
        if action == Action.LAB_ORDERED:
            ordered = _orders(refusals, flag, by, now, analytes, expected_by)
        refusals.stop_if_any()
        for order in ordered:
            order.save(force_insert=True)
        change_flag(
            flag, FlagAct.RESOLVED, by, at, version, {"ordered": [str(order.pk) for order in ordered]},
            state=FlagState.RESOLVED, action=action, note=note.strip(), snoozed_until=None,
            closed_at=at, closed_by_id=by.user.pk,
        )  # fmt: skip
    return flag


def undo(*, flag: Flag, by: Actor, at: datetime, version: int) -> Flag:
    """Put back the state before this person's last act, within 10 minutes and if nothing came after it.

    It withdraws the orders that "lab ordered" made; it does not revert a dose. Raises NotUndoable.
    """
    with act_on(flag.patient, by, at) as now:
        flag.refresh_from_db()
        last = FlagEvent.objects.filter(flag=flag).order_by("-id").first()
        age = timedelta(minutes=now.thresholds.undo_minutes)
        if last is None or last.act not in UNDOABLE or last.by_id != by.user.pk or last.at < at - age:
            raise NotUndoable(f"Undo is for your own last act, for {now.thresholds.undo_minutes} minutes.")
        if last.version != version:
            raise StaleVersion(flag)
        orders = ExpectedResult.objects.awaited().filter(pk__in=last.detail.get("ordered", []))
        orders.update(
            withdrawn_at=at, withdrawn_by=by.user, withdrawn_reason=UNDONE, version=F("version") + 1
        )
        change_flag(flag, FlagAct.UNDONE, by, at, version, **restored(last.detail["before"]))
    return flag


def _check_action(refusals: Refusals, flag: Flag, action: str, note: str) -> None:
    refusals.unless(action in Action.values, "action", f"The action is one of {', '.join(Action.values)}.")
    refusals.unless(bool(note.strip()) or action not in NEEDS_WORDS, "note", "This action needs a few words.")
    barred = flag.emergency and action in NOT_FOR_EMERGENCIES
    refusals.unless(not barred, "action", "An emergency is resolved as dose changed, advised or referred.")


def _orders(
    refusals: Refusals, flag: Flag, by: Actor, now: Moment, analytes: Sequence[str], expected_by: date | None
) -> list[ExpectedResult]:
    due_on = expected_by or now.on + timedelta(days=ORDER_DAYS)
    chosen = list(analytes) or [default_order(flag)]
    check_order(refusals, now, chosen, due_on, fields=("analytes", "expected_by"))
    refusals.stop_if_any()
    urgent = flag.severity == Severity.ACT_TODAY
    return [unsaved_order(flag.patient, analyte, due_on, urgent=urgent, by=by, now=now) for analyte in chosen]


def default_order(flag: Flag) -> str:
    """What is most likely ordered: the analyte that raised the flag, else ionized magnesium."""
    if flag.rule == Rule.KIDNEY:
        return Analyte.CREATININE
    return str(flag.inputs.get("analyte", Analyte.IONIZED_MG))
