"""The four pillars of the founding article's framework, each met, not met or not known (pure).

Dose, timing, pairing, monitoring: nothing is scored. Each stands on the lines of `check_regimen` and on what
was watched. What only the article claims (mark C) can keep a pillar from being met, but never makes it met.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from accounts import wording
from regimens.checks import Check, Severity
from reviews.windows import State

ARTICLE = "C"
PHYTATE_SOURCE = "Bohn 2004 (1, C14)"
# On what a window rests, by its cause: mark, source, claim. All others are the article's.
_WINDOW = {
    "MAINTENANCE": ("A", "SmPC: monitor every 3 to 6 months (1)", ""),
    "SAFETY": ("S", "Own assumption", ""),
}
_ARTICLE_WINDOW = (ARTICLE, "Founding article, C21", "C21")
# A medicine that is not in the list: "keep apart by 2 to 3 hours" (5.5), which no check can count.
NOT_IN_THE_LIST = "OTHER"
_GRAVITY = tuple(Severity)


class Standing(StrEnum):
    """How a pillar, or one reason for it, stands."""

    NOT_MET = "NOT_MET"
    NOT_KNOWN = "NOT_KNOWN"
    MET = "MET"

    @property
    def words(self) -> str:
        """`not known`."""
        return self.value.replace("_", " ").lower()


@dataclass(frozen=True)
class Reason:
    """One sentence, how it stands, and on what it rests."""

    standing: Standing
    sentence: str
    mark: str
    source: str = ""
    claim: str = ""


@dataclass(frozen=True)
class Pillar:
    """One pillar with its reasons, those that decide first."""

    name: str
    standing: Standing
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Watched:
    """What was watched as of `on`; `state` and `cause` are of the re-evaluation that is owed, if one is.

    The newest ionized Mg is in mmol/L. `asked` symptoms were answered present or absent at the last visit.
    """

    on: date
    state: State | None = None
    opens_on: date | None = None
    closes_on: date | None = None
    cause: str = ""
    ionized_mg_mmol_l: Decimal | None = None
    ionized_mg_on: date | None = None
    last_visit_on: date | None = None
    asked: int = 0


def pillars(
    checks: Sequence[Check], watched: Watched, *, takes_dose: bool, phytate_advised_on: date | None
) -> tuple[Pillar, ...]:
    """The four, in the order of the framework. `checks` are those of the doses that are taken on the day."""
    if not takes_dose:
        none = Reason(Standing.NOT_KNOWN, "No dose is taken today.", "S")
        return (*(_pillar(name, [none]) for name in ("Dose", "Timing", "Pairing")), _monitoring(watched))
    said = _gravest(checks)
    return (
        _pillar("Dose", list(_dose(said, watched.on))),
        _pillar("Timing", list(_timing(said))),
        _pillar("Pairing", list(_pairing(said, phytate_advised_on))),
        _monitoring(watched),
    )


def _pillar(name: str, reasons: Sequence[Reason]) -> Pillar:
    """Not met by any reason, else not known by any; met only by a reason better than the article's word."""
    found = {reason.standing for reason in reasons}
    if Standing.NOT_MET in found:
        standing = Standing.NOT_MET
    elif Standing.NOT_KNOWN in found or all(reason.mark == ARTICLE for reason in reasons):
        standing = Standing.NOT_KNOWN
    else:
        standing = Standing.MET
    order = tuple(Standing)
    return Pillar(name, standing, tuple(sorted(reasons, key=lambda reason: order.index(reason.standing))))


def _gravest(checks: Iterable[Check]) -> list[Check]:
    """Of the lines that several regimens have about one thing, the gravest."""
    found: dict[tuple[str, str, object], Check] = {}
    for check in checks:
        key = (check.code, check.subject, check.medication_id)
        known = found.get(key)
        if known is None or _GRAVITY.index(check.severity) < _GRAVITY.index(known.severity):
            found[key] = check
    return list(found.values())


def _reason(check: Check, standing: Standing) -> Reason:
    return Reason(standing, check.sentence, check.mark, check.source, check.claim_id or "")


_BY_SEVERITY = {
    Severity.STOP: Standing.NOT_MET,
    Severity.NEEDS_REASON: Standing.NOT_MET,
    Severity.ATTENTION: Standing.NOT_MET,
    Severity.PASSED: Standing.MET,
    Severity.NOT_CHECKED: Standing.NOT_KNOWN,
}


KIDNEY_UNKNOWN = ("KIDNEY", Severity.NOT_CHECKED)


def _dose(said: Sequence[Check], on: date) -> Iterable[Reason]:
    """The level, its supervision, and what stops: above it with a reason is met, until it asks for review."""
    for check in said:
        if check.code == "LEVEL":
            asks = check.review_from is not None and check.review_from <= on
            explained = check.severity is Severity.ATTENTION and not asks
            yield _reason(check, Standing.MET if explained else _BY_SEVERITY[check.severity])
        elif check.code == "UNKNOWN_SOURCE" or (check.code, check.severity) == KIDNEY_UNKNOWN:
            yield _reason(check, Standing.NOT_KNOWN)
        elif check.severity in (Severity.STOP, Severity.NEEDS_REASON):
            yield _reason(check, Standing.NOT_MET)


def _timing(said: Sequence[Check]) -> Iterable[Reason]:
    """What is to be kept apart by the clock; without a medicine on record nothing is known of it."""
    medicines = [check for check in said if check.code == "INTERACTION"]
    if not medicines:
        yield Reason(Standing.NOT_KNOWN, "No medicine is recorded.", "S")
    for check in said:
        if check.severity in _BY_SEVERITY and check.code in ("INTERACTION", "CALCIUM_APART", "MORNING_SLOT"):
            yield _reason(check, _BY_SEVERITY[check.severity])
        elif check.code == "INTERACTION" and check.subject == NOT_IN_THE_LIST:
            sentence = "A medicine that is not in the list: keep it apart by 2 to 3 hours if taken by mouth."
            yield Reason(Standing.NOT_KNOWN, sentence, "A", "SmPC (5.5)")
    listed = [check for check in medicines if check.subject != NOT_IN_THE_LIST]
    if listed and all(check.severity is Severity.INFORMATION for check in listed):
        yield Reason(
            Standing.MET, "None of the listed medicines on record needs a distance.", "A", "Labels (5.5)"
        )


def _pairing(said: Sequence[Check], phytate_advised_on: date | None) -> Iterable[Reason]:
    """What is taken with it, within its level and apart where it must be; and the advice on phytate."""
    for check in said:
        if check.code in ("VITAMIN_B6", "VITAMIN_D", "CALCIUM_APART"):
            yield _reason(check, _BY_SEVERITY[check.severity])
    if phytate_advised_on is None:
        yield Reason(
            Standing.NOT_MET, "Advice to keep phytate from the dose: not given.", "B", PHYTATE_SOURCE, "C28"
        )
    else:
        given = f"Advice to keep phytate from the dose: given on {wording.day(phytate_advised_on)}."
        yield Reason(Standing.MET, given, "B", PHYTATE_SOURCE, "C28")


def _monitoring(watched: Watched) -> Pillar:
    reasons = [_re_evaluation(watched), _ionized_mg(watched), _symptoms(watched)]
    return _pillar("Monitoring", reasons)


def _re_evaluation(watched: Watched) -> Reason:
    mark, source, claim = _WINDOW.get(watched.cause, _ARTICLE_WINDOW)
    if watched.state is None or watched.opens_on is None or watched.closes_on is None:
        return Reason(Standing.NOT_KNOWN, "No re-evaluation is owed.", "S")
    opens, closes = wording.day(watched.opens_on), wording.day(watched.closes_on)
    standing, sentence = {
        State.OVERDUE: (Standing.NOT_MET, f"The re-evaluation was due by {closes}."),
        State.RESULT_BACK: (Standing.NOT_MET, "The result for the re-evaluation is back, not reviewed."),
        State.OPEN: (Standing.MET, f"The re-evaluation is due by {closes}."),
    }.get(watched.state, (Standing.MET, f"The next re-evaluation opens on {opens}."))
    return Reason(standing, sentence, mark, source, claim)


def _ionized_mg(watched: Watched) -> Reason:
    source = "Rooney 2020 (1, C20)"
    if watched.ionized_mg_mmol_l is None or watched.ionized_mg_on is None:
        return Reason(Standing.NOT_KNOWN, "No ionized Mg yet.", "B", source, "C20")
    value = f"{watched.ionized_mg_mmol_l:.2f}{wording.NO_BREAK}mmol/L"
    sentence = f"Ionized Mg {value}, {wording.day(watched.ionized_mg_on)}."
    return Reason(Standing.MET, sentence, "B", source, "C20")


def _symptoms(watched: Watched) -> Reason:
    source = "Labels; CTCAE v5 (6.2)"
    if watched.last_visit_on is None:
        return Reason(Standing.NOT_KNOWN, "No visit yet: symptoms were not asked.", "A", source)
    on = wording.day(watched.last_visit_on)
    if not watched.asked:
        return Reason(Standing.NOT_MET, f"No symptom was asked at the last visit, {on}.", "A", source)
    asked = wording.count(watched.asked, "symptom")
    return Reason(Standing.MET, f"{asked} asked at the last visit, {on}.", "A", source)
