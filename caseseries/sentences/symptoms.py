"""New symptoms: what was changed, and what followed; never what resolved it (pure)."""

from accounts.wording import count, number
from caseseries.definition import OutcomeDefinition
from caseseries.sentences.words import (
    DAYS_OF_A_WEEK,
    not_shown,
    of_people,
    percent_and_interval,
    sentence,
)
from caseseries.statistics import Share
from caseseries.summary import AfterChange, NewSymptom
from caseseries.summary.after_change import Kind
from caseseries.wording import counted, n_of

_CHANGED = {
    Kind.LOWERED_TO: "lowered to {mg} mg/day or less",
    Kind.LOWERED_ABOVE: "lowered, to more than {mg} mg/day",
    Kind.STOPPED: "stopped",
    Kind.RAISED: "raised",
    Kind.INTAKES_MOVED: "the same dose at other times or in more portions",
    Kind.NOTHING: "nothing changed",
}


def changed_in_words(changed: str, outcome: OutcomeDefinition) -> str:
    """The words of a kind of change, with the dose of the definition."""
    return _CHANGED[Kind(changed)].format(mg=number(outcome.lowered_to_mg))


def symptom_sentences(new: NewSymptom, outcome: OutcomeDefinition, threshold: int) -> list[str]:
    """Who developed it of those asked; then each change with what was heard after it."""
    hidden = any(after.gone.n is None for after in new.after)
    unresolved = f"; the number resolved is {not_shown(threshold)}" if hidden and new.new.n else ""
    said = [f"{_developed(new)}{unresolved}. {_asked(new)}", *_of_grade(new, outcome)]
    if not new.new.n:
        return said
    week = outcome.day // DAYS_OF_A_WEEK
    told = [after for after in new.after if after.people is not None]
    said += [_followed(after, new, changed_in_words(after.changed, outcome), week) for after in told]
    if len(told) == len(new.after) and Kind.NOTHING not in {after.changed for after in told}:
        said.append(f"{new.label}, nothing changed while it lasted: 0 of {counted(new.new.n)}.")
    return said


def _developed(new: NewSymptom) -> str:
    """`11 of 50 developed new twitching`."""
    return f"{_n_of(new.new)} developed new {new.label.lower()}"


def _n_of(share: Share) -> str:
    return "A suppressed number" if share.n is None or share.of is None else n_of(share)


def _asked(new: NewSymptom) -> str:
    """The share, its denominator in words, who is not in it, the grades and the onset."""
    parts = [percent_and_interval(new.new), "of those free of it at the start and asked at least once later"]
    said = [
        f"That is {' '.join(part for part in parts if part)}",
        f"already present at the start {counted(new.already_present)}",
        f"never asked {counted(new.never_asked)}",
    ]
    if new.new.n:
        said.append(_grades(new))
    if new.onset_days is not None:
        said.append(f"onset after {number(new.onset_days.median)} days (median)")
    return f"{'; '.join(said)}."


def _grades(new: NewSymptom) -> str:
    """Only grades that somebody had; hidden ones are said to be."""
    if any(grade.n is None for grade in new.grades):
        return "grades suppressed"
    had = [f"{grade.name.replace('_', ' ').lower()}: {grade.n}" for grade in new.grades if grade.n]
    return f"by highest grade, {', '.join(had)}"


def _of_grade(new: NewSymptom, outcome: OutcomeDefinition) -> list[str]:
    if new.of_grade is None:
        return []
    most = f"grade {outcome.grade_at_most} or less"
    return [f"New {new.label.lower()} of {most}: {of_people(new.of_grade)} of those asked."]


def _followed(after: AfterChange, new: NewSymptom, changed: str, week: int) -> str:
    """One kind of change: how many, what was heard afterwards, and how anxious they were."""
    is_change = after.changed != Kind.NOTHING
    said = [f"{new.label}, {changed} while it lasted: {counted(after.people)} of {counted(new.new.n)}"]
    said += _heard(after, is_change=is_change)
    less = after.less_anxious_after
    if is_change and less.n is not None:
        said.append(
            f"of those less anxious at {count(week, 'week')}, answered so after the change: {n_of(less)}"
        )
    return sentence("; ".join(said))


def _heard(after: AfterChange, *, is_change: bool) -> list[str]:
    """Those without another change are told beside the others, or nobody is."""
    if after.gone.n is None:
        return ["what was heard afterwards is suppressed"]
    return [
        f"later answered absent {of_people(after.gone)} asked again{_days(after, is_change=is_change)}",
        f"with nothing else changed beside it {counted(after.gone_alone.n)}",
        f"came back in {counted(after.came_back)}",
        f"not asked again {counted(after.not_asked)}",
    ]


def _days(after: AfterChange, *, is_change: bool) -> str:
    since = "the change" if is_change else "the onset"
    return "" if after.days is None else f", median {number(after.days.median)} days after {since}"
