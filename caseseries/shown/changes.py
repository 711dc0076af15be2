"""What was changed while a new symptom lasted, and what followed; never what resolved it (pure)."""

from dataclasses import dataclass

from accounts.wording import number
from caseseries.definition import OutcomeDefinition
from caseseries.sentences import changed_in_words
from caseseries.summary import AfterChange, NewSymptom, Summary
from caseseries.wording import NOT_SHOWN, counted, interval, n_of, n_percent


@dataclass(frozen=True)
class ChangeRow:
    """One kind of change; of those asked again, how many later answered absent."""

    changed: str
    people: str
    gone: str
    alone: str
    not_asked: str
    came_back: str
    days: str
    less_anxious: str


@dataclass(frozen=True)
class SymptomBlock:
    """One new symptom with its changes."""

    label: str
    new: str
    interval: str
    already_present: str
    never_asked: str
    rows: list[ChangeRow]


def symptom_blocks(summary: Summary, outcome: OutcomeDefinition) -> list[SymptomBlock]:
    """The most frequent first."""
    ordered = sorted(summary.new_symptoms, key=lambda new: (-(new.new.percent or -1), new.label))
    return [_block(new, outcome) for new in ordered]


def _block(new: NewSymptom, outcome: OutcomeDefinition) -> SymptomBlock:
    return SymptomBlock(
        label=new.label,
        new=n_percent(new.new),
        interval=interval(new.new),
        already_present=counted(new.already_present),
        never_asked=counted(new.never_asked),
        rows=[_row(after, outcome) for after in new.after if after.people != 0],
    )


def _row(after: AfterChange, outcome: OutcomeDefinition) -> ChangeRow:
    return ChangeRow(
        changed=_capital(changed_in_words(after.changed, outcome)),
        people=counted(after.people),
        gone=n_of(after.gone),
        alone=n_of(after.gone_alone),
        not_asked=counted(after.not_asked),
        came_back=counted(after.came_back),
        days=NOT_SHOWN if after.days is None else number(after.days.median),
        less_anxious=n_of(after.less_anxious_after),
    )


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
