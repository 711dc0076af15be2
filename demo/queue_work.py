"""What the people of the clinic do with flags and re-evaluations in a story."""

from dataclasses import dataclass, field
from datetime import timedelta

from demo.happenings import Case, Happening
from reviews.acts.flags import acknowledge, resolve, snooze
from reviews.acts.reevaluations import review_reevaluation
from reviews.models import Action, Flag, Reevaluation, Rule, Severity

NOTES = {
    Rule.SYMPTOM: (Action.ADVISED, "Talked it through; asked to call if it gets worse."),
    Rule.LAB_OUT_OF_RANGE: (Action.ADVISED, "Dose kept; measured again at the re-evaluation."),
    Rule.KIDNEY: (Action.ADVISED, "Known; creatinine again in three months."),
    Rule.OUTCOME_WORSE: (Action.REFERRED, "Referred to the psychotherapist."),
    Rule.LAB_NOT_BACK: (Action.ADVISED, "The laboratory was called."),
    Rule.DOSE_ABOVE_CAP: (Action.ADVISED, "Known; looked at again at the re-evaluation."),
    Rule.INTERACTION: (Action.ADVISED, "Told which hours to keep between them."),
}
URGENT = (Action.REFERRED, "Seen the same day: ECG and electrolytes.")


@dataclass(frozen=True)
class Review(Happening):
    """The result of the re-evaluation that is owed has been seen."""

    hour: int = field(default=18, kw_only=True)

    def happen(self, case: Case) -> None:
        on = case.day(self.days)
        owed = Reevaluation.objects.open(on).get(patient=case.patient, result__isnull=False)
        review_reevaluation(
            reevaluation=owed, by=case.staff.clinician, at=self.at(case), version=owed.version
        )


@dataclass(frozen=True)
class Acknowledge(Happening):
    """The standing flag of `rule` has been seen."""

    rule: Rule = Rule.SYMPTOM
    hour: int = field(default=14, kw_only=True)

    def happen(self, case: Case) -> None:
        flag = _standing(case, self.rule)
        acknowledge(flag=flag, by=case.staff.assistant, at=self.at(case), version=flag.version)


@dataclass(frozen=True)
class Snooze(Happening):
    """The standing flag of `rule` comes back `lasts` days later."""

    rule: Rule = Rule.RE_EVALUATION
    lasts: int = 14
    reason: str = ""
    hour: int = field(default=14, kw_only=True)

    def happen(self, case: Case) -> None:
        flag, at = _standing(case, self.rule), self.at(case)
        until = at + timedelta(days=self.lasts)
        snooze(
            flag=flag, by=case.staff.clinician, at=at, version=flag.version, until=until, reason=self.reason
        )


@dataclass(frozen=True)
class Resolve(Happening):
    """The standing flag of `rule` is closed with what was done."""

    rule: Rule = Rule.SYMPTOM
    action: Action = Action.ADVISED
    note: str = ""
    hour: int = field(default=15, kw_only=True)

    def happen(self, case: Case) -> None:
        flag = _standing(case, self.rule)
        resolve(
            flag=flag,
            by=case.staff.clinician,
            at=self.at(case),
            version=flag.version,
            action=self.action,
            note=self.note,
        )


@dataclass(frozen=True)
class Settle(Happening):
    """Whatever stands is dealt with, except what a re-evaluation will meet."""

    hour: int = field(default=15, kw_only=True)

    def happen(self, case: Case) -> None:
        flags = Flag.objects.standing().filter(patient=case.patient).exclude(rule=Rule.RE_EVALUATION)
        for flag in flags.order_by("raised_at", "pk"):
            urgent = flag.severity == Severity.ACT_TODAY
            action, note = URGENT if urgent else NOTES[Rule(flag.rule)]
            resolve(
                flag=flag,
                by=case.staff.clinician,
                at=self.at(case),
                version=flag.version,
                action=action,
                note=note,
            )


def _standing(case: Case, rule: Rule) -> Flag:
    return Flag.objects.standing().get(patient=case.patient, rule=rule)
