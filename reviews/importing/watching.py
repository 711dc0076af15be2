"""What changed in what a laboratory sends raises a notice, and its tests are remembered as they come now.

Once for each stored file, and for each batch of results that name a laboratory. A notice stands until
somebody has seen it; it is raised again when the same happens again. Undoing an import leaves notices as they
are.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from accounts.actors import Actor
from audit.record import record
from labs.analytes import Analyte
from labs.interpretation import Interval, default_interval
from labs.local_names import folded
from labs.models import Import, LabNotice, LabNoticeKind, Laboratory, LaboratoryTest, LabResult
from labs.notices import Sent, interval_changed, interval_unfit, many_outside, unit_changed
from reviews.acts.laboratories import laboratory_named
from reviews.importing.recent import Recent, recent_of
from reviews.importing.sent import Course, courses, laboratories_of, onto, seen_among, seen_in
from reviews.moments import Moment

# Results sampled so long before the newest that is stored are history: what they came with is no news.
HISTORY = timedelta(days=30)
Said = tuple[str, str]


def watch_laboratories(source: Import, *, by: Actor, at: datetime) -> list[LabNotice]:
    """The notices of a file that was stored, in its transaction."""
    raised = []
    for spellings in laboratories_of(source).values():
        name = next(iter(spellings - {""}), "") or (source.laboratory.name if source.laboratory else "")
        laboratory = laboratory_named(name, by=by, at=at)
        raised += _watch(laboratory, courses(seen_in(source, spellings)), spellings, by, at)
    return raised


def watch_typed(results: Sequence[LabResult], *, by: Actor, at: datetime) -> list[LabNotice]:
    """The notices of results that somebody typed, of laboratories that the clinic knows.

    A name that is typed makes no laboratory: that would fill the list with slips of the hand.
    """
    named: dict[str, list[LabResult]] = {}
    for result in results:
        if result.laboratory.strip():
            named.setdefault(folded(result.laboratory), []).append(result)
    known = Laboratory.objects.of(by.clinic).valid().filter(known_as__in=named) if named else []
    return [
        notice
        for laboratory in known
        for notice in watch_laboratory(named[laboratory.known_as], laboratory=laboratory, by=by, at=at)
    ]


@transaction.atomic
def watch_laboratory(
    results: Sequence[LabResult], *, laboratory: Laboratory, by: Actor, at: datetime
) -> list[LabNotice]:
    """The notices of stored results of one laboratory."""
    spellings = {result.laboratory for result in results}
    return _watch(laboratory, courses(seen_among(results)), spellings, by, at)


def _watch(
    laboratory: Laboratory, sent: Mapping[str, Course], spellings: set[str], by: Actor, at: datetime
) -> list[LabNotice]:
    if not sent:
        return []
    tests = _tests(laboratory, sent, by, at)
    recent = recent_of(laboratory, sent.values(), spellings)
    defaults = _defaults(Moment.of(by.clinic, at))
    standing = _standing(tests.values())
    said: list[tuple[LaboratoryTest, Said]] = []
    for name, test in tests.items():
        course, before = sent[name], recent[sent[name].loinc]
        if before.newest_at is None or course.newest_at >= before.newest_at - HISTORY:
            said += [(test, words) for words in _changes(test, course, before, defaults)]
            _remember(test, course)
        had = any(kind == LabNoticeKind.MANY_OUTSIDE for kind, _, _ in standing.get(test.pk, ()))
        if (many := many_outside(before.now)) and not (had and many_outside(before.before)):
            said.append((test, (LabNoticeKind.MANY_OUTSIDE, many)))
    LaboratoryTest.objects.bulk_update(
        {test.pk: test for test in tests.values()}.values(),
        ["analyte", "loinc", "unit", "reference_low", "reference_high", "version"],
    )
    unseen = {(pk, kind, words) for pk, rows in standing.items() for kind, words, seen in rows if not seen}
    fresh = [(test, words) for test, words in dict.fromkeys(said) if (test.pk, *words) not in unseen]
    return _raise(laboratory, fresh, by, at)


def _tests(
    laboratory: Laboratory, sent: Mapping[str, Course], by: Actor, at: datetime
) -> dict[str, LaboratoryTest]:
    """{name: its row}, locked; new ones are made. A code without a name is the one test of that code."""
    rows = LaboratoryTest.objects.of(by.clinic).valid().filter(laboratory=laboratory)
    by_code: dict[str, list[str]] = {}
    for name, loinc in rows.exclude(loinc="").values_list("local_name", "loinc"):
        by_code.setdefault(loinc, []).append(name)
    known_as = {name: _known_as(name, course, by_code.get(course.loinc, [])) for name, course in sent.items()}
    told = {"clinic": by.clinic, "laboratory": laboratory, "created_at": at, "created_by": by.user}
    fresh = [LaboratoryTest(**told, local_name=kept) for kept in known_as.values()]
    LaboratoryTest.objects.bulk_create(fresh, ignore_conflicts=True)
    held = rows.filter(local_name__in=known_as.values()).select_for_update(no_key=True).order_by("pk")
    found = {test.local_name: test for test in held}
    return {
        name: found[kept]
        for name, kept in known_as.items()
        if _is_of(found[kept], sent[name]) and not found[kept].is_ignored
    }


def _known_as(name: str, course: Course, of_the_code: Sequence[str]) -> str:
    is_code = name == course.loinc and name not in of_the_code
    return of_the_code[0] if is_code and len(of_the_code) == 1 else name


def _is_of(test: LaboratoryTest, course: Course) -> bool:
    """Whether the row is of this analyte; one that nobody has explained becomes so."""
    if not test.analyte:
        test.analyte, test.loinc = course.analyte.value, course.loinc
    return test.analyte == course.analyte


def _changes(
    test: LaboratoryTest, course: Course, recent: Recent, defaults: Mapping[Analyte, Interval | None]
) -> list[Said]:
    """What differs from what was remembered, or from the last result of the same sex, one step at a time."""
    found: list[Said] = []
    for group, steps in course.sent.items():
        before = recent.last_of(group) or Sent(test.unit, test.reference_low, test.reference_high)
        for now in steps:
            found.append((LabNoticeKind.UNIT_CHANGED, unit_changed(course.analyte, before, now)))
            found.append((LabNoticeKind.INTERVAL_CHANGED, interval_changed(course.analyte, before, now)))
            if now.has_interval and now != before:
                found.append((LabNoticeKind.INTERVAL_UNFIT, interval_unfit(course.analyte, now, defaults)))
            before = onto(before, now)
    return [(kind, words) for kind, words in found if words]


def _remember(test: LaboratoryTest, course: Course) -> None:
    last = onto(Sent(test.unit, test.reference_low, test.reference_high), course.last)
    test.unit, test.reference_low, test.reference_high = last.unit, last.low, last.high
    test.version += 1


def _defaults(now: Moment) -> dict[Analyte, Interval | None]:
    return {analyte: default_interval(analyte, now.thresholds) for analyte in Analyte}


def _standing(tests: Iterable[LaboratoryTest]) -> dict[object, list[tuple[str, str, bool]]]:
    """{test: (kind, sentence, whether somebody has seen it)} of all its notices."""
    found: dict[object, list[tuple[str, str, bool]]] = {}
    rows = LabNotice.objects.valid().filter(test__in=[test.pk for test in tests])
    for pk, kind, words, seen_at in rows.values_list("test", "kind", "sentence", "seen_at"):
        found.setdefault(pk, []).append((kind, words, seen_at is not None))
    return found


def _raise(
    laboratory: Laboratory, said: Sequence[tuple[LaboratoryTest, Said]], by: Actor, at: datetime
) -> list[LabNotice]:
    longest = LabNotice._meta.get_field("sentence").max_length
    rows = [
        LabNotice(
            clinic=by.clinic,
            created_at=at,
            created_by=by.user,
            test=test,
            kind=kind,
            sentence=words[:longest],
        )
        for test, (kind, words) in said
    ]
    LabNotice.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        after = {"notices": [f"{row.test.local_name}: {row.sentence}" for row in rows]}
        record("RAISE_LAB_NOTICES", by=by, at=at, of=laboratory, after=after)
    return rows
