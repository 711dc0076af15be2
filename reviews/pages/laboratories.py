"""What the pages of laboratories show: tests with what they mean and how they come, and notices."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import Clinic
from labs.analytes import ANALYTES, Analyte
from labs.models import LabNotice, Laboratory, LaboratoryTest
from labs.notices import Sent, in_words

# The list shows so many tests of each laboratory; its own page shows all.
FEW_TESTS = 12
MOST_NOTICES = 50


@dataclass(frozen=True)
class TestLine:
    """One test: what it is here, how it came last, and the laboratory's own interval."""

    test: LaboratoryTest
    means: str
    loinc: str
    comes: str
    own: str

    __test__ = False  # no class of tests

    @classmethod
    def of(cls, test: LaboratoryTest) -> "TestLine":
        return cls(test, _means(test), test.loinc, _comes(test), own_interval(test))


@dataclass(frozen=True)
class LaboratoryCard:
    """A laboratory with its first tests; `more` are on its page."""

    laboratory: Laboratory
    lines: list[TestLine]
    more: int
    notices: int


def cards(laboratories: Sequence[Laboratory]) -> list[LaboratoryCard]:
    """The laboratories of one page, by two queries."""
    tests: dict[object, list[LaboratoryTest]] = defaultdict(list)
    for test in LaboratoryTest.objects.valid().filter(laboratory__in=laboratories):
        tests[test.laboratory_id].append(test)
    unseen: dict[object, int] = defaultdict(int)
    rows = LabNotice.objects.valid().filter(test__laboratory__in=laboratories, seen_at=None)
    for laboratory_id in rows.values_list("test__laboratory", flat=True):
        unseen[laboratory_id] += 1
    return [
        LaboratoryCard(
            laboratory,
            [TestLine.of(test) for test in tests[laboratory.pk][:FEW_TESTS]],
            max(len(tests[laboratory.pk]) - FEW_TESTS, 0),
            unseen[laboratory.pk],
        )
        for laboratory in laboratories
    ]


def unseen_notices(clinic: Clinic) -> QuerySet[LabNotice]:
    """Notices that nobody has looked at, newest first."""
    rows: QuerySet[LabNotice] = notices(clinic).filter(seen_at=None)
    return rows


def notices(clinic: Clinic) -> QuerySet[LabNotice]:
    rows: QuerySet[LabNotice] = LabNotice.objects.of(clinic).valid()
    return rows.select_related("test__laboratory", "seen_by").order_by("-created_at", "-id")


def lines(tests: Iterable[LaboratoryTest]) -> list[TestLine]:
    return [TestLine.of(test) for test in tests]


def own_interval(test: LaboratoryTest) -> str:
    """What a person entered, in the canonical unit; empty when nobody has."""
    if not test.analyte or (test.interval_low, test.interval_high) == (None, None):
        return ""
    unit = ANALYTES[Analyte(test.analyte)].unit_label
    return in_words(Sent(unit, test.interval_low, test.interval_high))


def _means(test: LaboratoryTest) -> str:
    if test.is_ignored:
        return "Does not concern this clinic"
    return ANALYTES[Analyte(test.analyte)].label if test.analyte else ""


def _comes(test: LaboratoryTest) -> str:
    """Unit and interval as the laboratory sent them last."""
    sent = Sent(test.unit, test.reference_low, test.reference_high)
    return in_words(sent) if sent.has_interval else test.unit
