"""Each symptom that is new in people who were free of it at the start and asked afterwards (pure)."""

from collections import Counter
from collections.abc import Iterator

from caseseries.definition import OutcomeDefinition
from caseseries.persons import Course, NewEpisode, Person
from caseseries.statistics import Share, TimeToEvent, kaplan_meier
from caseseries.summary.after_change import AfterChanges
from caseseries.summary.shape import NamedCount, NewSymptom
from caseseries.summary.tables import Tables
from patients.symptoms import SYMPTOMS, Symptom

DAYS_OF_A_WEEK = 7
# A suppressed curve has steps of 4 weeks for a year, and one for what came later.
COARSE_WEEKS, COARSE_STEPS = 4, 13
NO_GRADE = "NO_GRADE"
SEVERE = ("GRADE_3", "GRADE_4")
Weeks = dict[int, int]


class Symptoms:
    """The courses by the week in which they end, and of the new ones the grade and the onset."""

    def __init__(self, outcome: OutcomeDefinition) -> None:
        self._outcome = outcome
        self._n = 0
        # The week of the onset of a new one, of the last answer of one that is not new.
        self._courses: Counter[tuple[Symptom, Course, int]] = Counter()
        self._grades: Counter[tuple[Symptom, int | None]] = Counter()
        self._onsets: dict[Symptom, Counter[int]] = {}
        self._serious: Counter[Symptom] = Counter()
        self._after = AfterChanges(outcome.lowered_to_mg)

    def add(self, person: Person) -> None:
        self._n += 1
        for symptom, found in person.symptoms.items():
            day = found.last_asked_day or 0
            if found.episode is not None:
                day = found.episode.onset_day
                self._add_new(symptom, found.episode, person)
            self._courses[(symptom, found.course, day // DAYS_OF_A_WEEK)] += 1

    def _add_new(self, symptom: Symptom, episode: NewEpisode, person: Person) -> None:
        self._grades[(symptom, episode.grade)] += 1
        self._onsets.setdefault(symptom, Counter())[episode.onset_day] += 1
        self._serious[symptom] += person.serious
        self._after.add(symptom, episode, person)

    def fill(self, tables: Tables) -> None:
        for symptom in self._answered():
            counts = {course: sum(self._weeks(symptom, course).values()) for course in Course}
            counts[Course.NEVER_ASKED] += self._n - sum(counts.values())
            name = f"symptom.{symptom}"
            tables.put(name, {str(course): n for course, n in counts.items()})
            tables.put(f"grades.{symptom}", self._grades_of(symptom), within=(name, Course.NEW))
            self._after.fill(symptom, tables)
            for table, course in (("first", Course.NEW), ("last_asked", Course.NOT_NEW)):
                coarse = _coarse(self._weeks(symptom, course))
                tables.put(f"{table}.{symptom}", coarse, within=(name, course))

    def keep_apart(self, tables: Tables) -> None:
        """Who had the symptom of grade 3 or 4, or one that is always serious, is among the serious events."""
        serious = ("serious", ["YES"])
        for symptom in self._answered():
            self._after.keep_apart(symptom, tables)
            tables.keep_apart(serious, (f"grades.{symptom}", SEVERE), close=["serious"])
            cells = tables[f"symptom.{symptom}"]
            if self._serious[symptom] == cells.counts[Course.NEW]:
                tables.keep_apart(serious, (f"symptom.{symptom}", [Course.NEW]), close=["serious"])

    def _answered(self) -> Iterator[Symptom]:
        answered = {symptom for symptom, _, _ in self._courses}
        yield from (symptom for symptom in Symptom if symptom in answered)

    def _weeks(self, symptom: Symptom, course: Course) -> Weeks:
        return {
            week: n for (of, found, week), n in self._courses.items() if of is symptom and found is course
        }

    def _grades_of(self, symptom: Symptom) -> dict[str, int]:
        """Every grade that CTCAE defines for the symptom, and none given."""
        grades = sorted(SYMPTOMS[symptom].grades)
        told = {grade for of, grade in self._grades if of is symptom and grade is not None}
        known = {f"GRADE_{grade}": self._grades[(symptom, grade)] for grade in sorted({*grades, *told, 3, 4})}
        return {**known, NO_GRADE: self._grades[(symptom, None)]}

    def stated(self, tables: Tables) -> list[NewSymptom]:
        return [self._new(symptom, tables) for symptom in self._answered()]

    def _new(self, symptom: Symptom, tables: Tables) -> NewSymptom:
        cells, grades = tables[f"symptom.{symptom}"], tables[f"grades.{symptom}"]
        new, asked = cells.sum_of(Course.NEW), cells.sum_of(Course.NEW, Course.NOT_NEW)
        return NewSymptom(
            symptom=symptom,
            label=SYMPTOMS[symptom].label,
            new=Share.counted(new, asked),
            already_present=cells.sum_of(Course.ALREADY_PRESENT),
            never_asked=cells.sum_of(Course.NEVER_ASKED),
            grades=[NamedCount(grade, grades.sum_of(grade)) for grade in grades.counts],
            onset_days=tables.spread(self._onsets.get(symptom, Counter()), 1, new),
            after=self._after.stated(symptom, tables),
            time_to_first=self._curve(symptom, tables),
            of_grade=self._of_grade(symptom, asked, tables),
        )

    def _of_grade(self, symptom: Symptom, asked: int | None, tables: Tables) -> Share | None:
        """Of the headline's symptom: the new ones whose grade counts, of all who were asked."""
        most = self._outcome.grade_at_most
        if symptom is not self._outcome.symptom or most is None:
            return None
        cells = tables[f"grades.{symptom}"]
        counting = [f"GRADE_{grade}" for grade in range(1, most + 1) if f"GRADE_{grade}" in cells.counts]
        return Share.counted(cells.sum_of(*counting), asked)

    def _curve(self, symptom: Symptom, tables: Tables) -> TimeToEvent | None:
        """Weekly for the clinic; otherwise in steps of 4 weeks, when each count of each step is shown."""
        had, left = self._weeks(symptom, Course.NEW), self._weeks(symptom, Course.NOT_NEW)
        if not (had or left):
            return None
        if tables.hides_nothing:
            return kaplan_meier(had, left)
        if any(tables[f"{table}.{symptom}"].hidden for table in ("first", "last_asked")):
            return None
        return kaplan_meier(_within_a_year(had), _within_a_year(left), COARSE_WEEKS)


def _within_a_year(weeks: Weeks) -> Weeks:
    """All that came later falls into the step after the year."""
    capped = Counter[int]()
    for week, n in weeks.items():
        capped[min(week, COARSE_STEPS * COARSE_WEEKS)] += n
    return capped


def _coarse(weeks: Weeks) -> dict[str, int]:
    """Counts in steps of 4 weeks: `WEEK_4` holds weeks 1 to 4, `LATER` all after a year."""
    counts = {f"WEEK_{(step + 1) * COARSE_WEEKS}": 0 for step in range(COARSE_STEPS)} | {"LATER": 0}
    for week, n in weeks.items():
        step = week // COARSE_WEEKS
        counts[f"WEEK_{(step + 1) * COARSE_WEEKS}" if step < COARSE_STEPS else "LATER"] += n
    return counts
