"""Every count of people that a summary shows, with the people whom it counts found anew from the persons."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, pairwise

from caseseries.definition import OutcomeDefinition
from caseseries.persons import Anxiety, Changed, Course, Ending, Followed, NewEpisode, Person, Reached
from caseseries.summary import AfterChange, NewSymptom, Summary
from patients.symptoms import Symptom
from protocols.thresholds import Thresholds
from regimens.salts import Family

OUTCOME = OutcomeDefinition.of(Thresholds())
DAY = OUTCOME.day
OBSERVED = (Anxiety.LESS, Anxiety.NEITHER, Anxiety.WORSE)
GONE = (Followed.GONE, Followed.CAME_BACK)
Is = Callable[[Person], bool]
IsEpisode = Callable[[NewEpisode], bool]


@dataclass(frozen=True)
class Count:
    """A count of the summary (None: hidden), whom it counts, and the names of counts of whom all are some."""

    name: str
    n: int | None
    is_one: Is
    among: tuple[str, ...] = ("n",)


@dataclass(frozen=True)
class Told:
    """A count that is shown, with its people."""

    name: str
    n: int
    ids: frozenset[int]
    among: tuple[str, ...]


def told_by(summary: Summary, persons: list[Person]) -> dict[str, Told]:
    """By name, what a reader of the summary is told of these people."""
    sections = (_people, _standing, _follow_up, _doses, _measures, _symptoms, _forms)
    shown = (count for section in sections for count in section(summary) if count.n is not None)
    return {
        count.name: Told(count.name, count.n or 0, _ids(count.is_one, persons), count.among)
        for count in shown
    }


def _ids(is_one: Is, persons: list[Person]) -> frozenset[int]:
    return frozenset(place for place, person in enumerate(persons) if is_one(person))


def _is(value: object, of: Callable[[Person], object]) -> Is:
    return lambda person: of(person) == value


def _people(summary: Summary) -> Iterator[Count]:
    yield Count("n", summary.n, lambda p: True, ())
    for sex in summary.sexes:
        yield Count(sex.sex, sex.share.n, _is(sex.sex, lambda p: p.sex))
        for band in sex.age_bands:
            is_one = _is((sex.sex, int(band.name[:2])), lambda p: (p.sex, p.age_at_start // 5 * 5))
            yield Count(f"{sex.sex} {band.name}", band.n, is_one, (sex.sex,))


def _standing(summary: Summary) -> Iterator[Count]:
    around = {
        "STOPPED_FOR_HARM": "harm",
        "DIED": "died",
        "NOT_YET": "not yet at outcome",
        "REACHED": "could have reached",
    }
    for group in summary.reached:
        among = ("n", *[around[name] for name in around if name == group.name])
        if group.name != "REACHED":
            among += ("within 24", *(["within 12"] if group.name == "NOT_YET" else []))
        is_one = _is(Reached(group.name), lambda p: p.reached(DAY))
        yield Count(f"reached {group.name}", group.n, is_one, among)
    safety = summary.safety
    yield Count("harm", safety.stopped_for_harm.n, _is(Ending.STOPPED_FOR_HARM, lambda p: p.ending))
    yield Count("died", safety.died.n, _is(Ending.DIED, lambda p: p.ending))
    yield Count("serious", safety.serious.n, lambda p: p.serious)


def _follow_up(summary: Summary) -> Iterator[Count]:
    """Week 12 begins on the day of the outcome: who was followed beyond it had reached it."""
    said = summary.follow_up
    bands = {int(band.name.removeprefix("FROM_")): band.n for band in said.weeks_followed}
    around = {12: ["could have reached"], 24: ["could have reached", "reached REACHED"]}
    for first, until in pairwise([*bands, 10_000]):
        among = ("n", *around.get(first, []))
        yield Count(f"band FROM_{first}", bands[first], _followed(first, until), among)
    for week in (12, 24):
        below = [first for first in bands if first < week]
        yield Count(f"within {week}", _sum_of(below, bands, summary.n), _followed(0, week))
    recorded, most = said.adherence_80_or_more.of, said.adherence_80_or_more.n
    yield Count("recorded", recorded, lambda p: p.adherence_percent is not None)
    yield Count("adherent", most, lambda p: (p.adherence_percent or 0) >= 80, ("recorded",))
    yield Count("not recorded", said.adherence_not_recorded, lambda p: p.adherence_percent is None)


def _followed(from_week: int, until_week: int) -> Is:
    return lambda person: from_week * 7 <= person.last_day < until_week * 7


def _sum_of(some: list[int], bands: dict[int, int | None], n: int | None) -> int | None:
    """The sum of some bands, from what is shown of them, or as what all others leave of everybody."""
    inside = [bands[first] for first in some]
    outside = [count for first, count in bands.items() if first not in some]
    if None not in inside:
        return sum(count or 0 for count in inside)
    return None if n is None or None in outside else n - sum(count or 0 for count in outside)


def _doses(summary: Summary) -> Iterator[Count]:
    said = summary.doses
    yield Count("not yet at outcome", said.not_yet_at_outcome, lambda p: p.cut_day < DAY, ("n", "within 12"))
    yield Count("could have reached", said.taking_at_outcome.of, lambda p: p.cut_day >= DAY)
    yield Count(
        "taking",
        said.taking_at_outcome.n,
        lambda p: p.cut_day >= DAY and p.dose_on(DAY) is not None,
        ("could have reached",),
    )
    yield Count("lowered", said.lowered.n, lambda p: _turned(p, -1))
    yield Count("raised", said.raised.n, lambda p: _turned(p, 1))
    for row in said.weeks_at_dose:
        yield Count(f"at {row.elemental_mg_per_day}", row.people, _took(row.elemental_mg_per_day))


def _turned(person: Person, sign: int) -> bool:
    amounts = [span.elemental_mg_per_day for span in person.doses]
    return any((later - before) * sign > 0 for before, later in pairwise(amounts))


def _took(mg: int) -> Is:
    return lambda person: any(span.elemental_mg_per_day == mg for span in person.doses)


def _measures(summary: Summary) -> Iterator[Count]:
    change, less = summary.ionized_mg_mmol_l, summary.less_anxious
    yield Count("both", change.measured_at_both.n, lambda p: p.ionized_mg.change is not None)
    is_beyond = _is(Decimal("0.1"), lambda p: p.ionized_mg.change)
    yield Count("beyond", change.beyond_reference_change.n, is_beyond, ("both",))
    yield Count("observed", less.less_of_observed.of, lambda p: p.anxiety in OBSERVED)
    counts = {
        Anxiety.LESS: less.less_of_all.n,
        Anxiety.WORSE: less.worse_of_all.n,
        Anxiety.NEITHER: less.neither,
        Anxiety.NO_BASELINE: less.no_baseline,
        Anxiety.NO_OUTCOME: less.no_outcome,
    }
    for cell, n in counts.items():
        among = "observed" if cell in OBSERVED else "n"
        yield Count(cell, n, _is(cell, lambda p: p.anxiety), (among,))


def _symptoms(summary: Summary) -> Iterator[Count]:
    for new in summary.new_symptoms:
        yield from _courses(new)
        yield from chain.from_iterable(_after(after, Symptom(new.symptom)) for after in new.after)


def _course(symptom: Symptom, *courses: Course) -> Is:
    return lambda person: person.course_of(symptom).course in courses


def _episode(symptom: Symptom, test: IsEpisode) -> Is:
    def is_one(person: Person) -> bool:
        episode = person.course_of(symptom).episode
        return episode is not None and test(episode)

    return is_one


def _courses(new: NewSymptom) -> Iterator[Count]:
    symptom = Symptom(new.symptom)
    asked, name = f"asked {symptom}", f"new {symptom}"
    yield Count(asked, new.new.of, _course(symptom, Course.NEW, Course.NOT_NEW))
    yield Count(name, new.new.n, _course(symptom, Course.NEW), (asked,))
    yield Count(f"already {symptom}", new.already_present, _course(symptom, Course.ALREADY_PRESENT))
    yield Count(f"never {symptom}", new.never_asked, _course(symptom, Course.NEVER_ASKED))
    for grade in new.grades:
        value = None if grade.name == "NO_GRADE" else int(grade.name[-1])
        severe = ("serious",) if value == 3 else ()
        yield Count(f"{grade.name} {symptom}", grade.n, _episode(symptom, _graded(value)), (name, *severe))


def _graded(value: int | None) -> IsEpisode:
    return lambda episode: episode.grade == value


def _after(after: AfterChange, symptom: Symptom) -> Iterator[Count]:
    kind = after.changed
    group = f"{kind} {symptom}"
    outer = {"RAISED": ["raised"], "LOWERED_TO": ["lowered"], "LOWERED_ABOVE": ["lowered"]}.get(kind, [])

    def of(test: IsEpisode) -> Is:
        return _episode(symptom, lambda e: _kind(e) == kind and test(e))

    everybody, less = of(lambda e: True), after.less_anxious_after
    yield Count(group, after.people, everybody, (f"new {symptom}", *outer))
    not_asked = of(lambda e: e.followed is Followed.NOT_ASKED)
    yield Count(f"not again {group}", after.not_asked, not_asked, (group,))
    again = of(lambda e: e.followed is not Followed.NOT_ASKED)
    yield Count(f"again {group}", after.asked_again, again, (group,))
    yield Count(f"gone {group}", after.gone.n, of(lambda e: e.followed in GONE), (f"again {group}",))
    alone = of(lambda e: e.followed in GONE and not e.change_beside)
    yield Count(f"alone {group}", after.gone_alone.n, alone, (f"gone {group}",))
    back = of(lambda e: e.followed is Followed.CAME_BACK)
    yield Count(f"back {group}", after.came_back, back, (f"gone {group}",))
    yield Count(
        f"less {group}", less.of, lambda p: everybody(p) and p.anxiety is Anxiety.LESS, (group, "LESS")
    )
    later = of(lambda e: (e.onset_day if e.changed_day is None else e.changed_day) < DAY)
    yield Count(
        f"kept {group}", less.n, lambda p: later(p) and p.anxiety is Anxiety.LESS, (f"less {group}", "LESS")
    )


def _kind(episode: NewEpisode) -> str:
    if episode.changed is not Changed.LOWERED:
        return episode.changed
    return "LOWERED_TO" if (episode.mg_after_change or 0) <= 250 else "LOWERED_ABOVE"


def _forms(summary: Summary) -> Iterator[Count]:
    symptom = OUTCOME.symptom
    for group in summary.by_form:
        name, less, family = f"form {group.family}", group.less_anxious, Family(group.family)

        def of(test: Is, family: Family = family) -> Is:
            return lambda person: person.family is family and test(person)

        yield Count(name, group.n, of(lambda p: True))
        observed, is_less = of(lambda p: p.anxiety in OBSERVED), of(lambda p: p.anxiety is Anxiety.LESS)
        yield Count(f"{name} observed", less.of, observed, (name, "observed"))
        yield Count(f"{name} less", less.n, is_less, (f"{name} observed", "LESS"))
        is_new = of(_course(symptom, Course.NEW))
        yield Count(f"{name} new", group.new_symptom.n, is_new, (name, f"new {symptom}"))
