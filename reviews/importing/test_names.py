"""What a laboratory's name for a test means here: one query for a whole file."""

from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from accounts.models import Clinic
from labs.analytes import ANALYTES, Analyte, UnknownLoinc, analyte_of
from labs.local_names import folded, meaning_of
from labs.models import Laboratory, LaboratoryTest
from labs.reading.reported import Reported

Limits = tuple[Decimal | None, Decimal | None]
# A file may make up a new name in every row; only so many are remembered.
_MOST_REMEMBERED = 5000


class ToldBy(StrEnum):
    """Who says what a test is; nobody where it is not known."""

    FILE = "FILE"
    PERSON = "PERSON"
    VOCABULARY = "VOCABULARY"
    NOBODY = "NOBODY"


@dataclass(frozen=True)
class KnownTest:
    """What a test is. `problem` says why it is not known and what to do; empty when known or ignored.

    `name` is under which it is kept for `laboratory`, which is the name of that or empty. `interval` is the
    laboratory's own, in the canonical unit, for results that come without one; `test` the row that remembers
    the test, where there is one.
    """

    name: str
    told_by: ToldBy = ToldBy.NOBODY
    analyte: str = ""
    loinc: str = ""
    is_ignored: bool = False
    problem: str = ""
    laboratory: str = ""
    interval: Limits | None = None
    test: LaboratoryTest | None = None

    @property
    def is_known(self) -> bool:
        return bool(self.analyte)


def kept_name(loinc: str, local_name: str) -> str:
    """Under which name a laboratory's test is kept: the LOINC code that it sends, else its own name."""
    return folded(loinc) or folded(local_name)


class TestNames:
    """The tests of one laboratory of one clinic, or of none, as they were when this was made.

    A LOINC code of the file wins. Without one, what a person said of the laboratory's name does; then the
    names that mean one thing only. `unknown` counts the names that somebody should explain, and `taken` keeps
    what the vocabulary took for what, so that pages can show both.
    """

    __test__ = False  # no class of tests

    def __init__(self, clinic: Clinic, laboratory: Laboratory | None) -> None:
        rows = LaboratoryTest.objects.of(clinic).valid().filter(laboratory=laboratory)
        self._laboratory = laboratory.name if laboratory else ""
        self._tests = {test.local_name: test for test in rows} if laboratory else {}
        self._answers: dict[tuple[str, str], KnownTest] = {}
        self.unknown: Counter[str] = Counter()
        self.taken: dict[str, KnownTest] = {}

    def of(self, row: Reported) -> KnownTest:
        """What the test of a reported row is."""
        known = self.named(loinc=row.loinc, local_name=row.local_name)
        if known.problem and (known.name in self.unknown or len(self.unknown) < _MOST_REMEMBERED):
            self.unknown[known.name] += 1
        return known

    def named(self, *, loinc: str = "", local_name: str = "") -> KnownTest:
        """What a code or a name is; the same pair is looked up once."""
        key = (loinc, local_name)
        answer = self._answers.get(key)
        if answer is None:
            found = self._by_code(loinc, local_name) if loinc.strip() else self._by_name(local_name)
            answer = replace(found, laboratory=self._laboratory)
            if len(self._answers) < _MOST_REMEMBERED:
                self._answers[key] = answer
                if answer.told_by is ToldBy.VOCABULARY:
                    self.taken[answer.name] = answer
        return answer

    def _by_code(self, loinc: str, local_name: str) -> KnownTest:
        """A code that is not known is not passed over for the name beside it: that may be of urine."""
        name = kept_name(loinc, local_name)
        try:
            analyte = analyte_of(loinc)
        except UnknownLoinc:
            return self._by_person(name) or _not_known(name, f"LOINC {loinc.strip()[:20]}")
        says = meaning_of(local_name)
        if says is not None and says.analyte is not analyte:
            return KnownTest(name, problem=_contradiction(loinc, analyte, local_name, says.analyte))
        test = self._tests.get(name)
        return KnownTest(
            name, ToldBy.FILE, analyte.value, loinc.strip(), interval=_interval(test, analyte), test=test
        )

    def _by_name(self, local_name: str) -> KnownTest:
        name = folded(local_name)
        if not name:
            return KnownTest(name, problem="The row does not say which test it is.")
        said = self._by_person(name)
        if said is not None:
            return said
        meaning = meaning_of(local_name)
        if meaning is None:
            return _not_known(name, f"“{' '.join(local_name.split())[:60]}”")
        test = self._tests.get(name)
        return KnownTest(name, ToldBy.VOCABULARY, meaning.analyte.value, meaning.loinc, test=test)

    def _by_person(self, name: str) -> KnownTest | None:
        """What somebody said of the name; None where nobody has."""
        test = self._tests.get(name)
        if test is None or not (test.analyte or test.is_ignored):
            return None
        if test.is_ignored:
            return KnownTest(name, ToldBy.PERSON, is_ignored=True, test=test)
        analyte = Analyte(test.analyte)
        loinc = test.loinc or ANALYTES[analyte].default_loinc
        return KnownTest(
            name, ToldBy.PERSON, analyte.value, loinc, interval=_interval(test, analyte), test=test
        )


def _interval(test: LaboratoryTest | None, analyte: Analyte) -> Limits | None:
    if test is None or test.analyte != analyte or (test.interval_low, test.interval_high) == (None, None):
        return None
    return test.interval_low, test.interval_high


def _not_known(name: str, words: str) -> KnownTest:
    return KnownTest(name, problem=f"The test {words} is not known. Say under Laboratories what it is.")


def _contradiction(loinc: str, analyte: Analyte, local_name: str, said: Analyte) -> str:
    called = " ".join(local_name.split())[:60]
    return (
        f"LOINC {loinc.strip()} is {analyte.label}, but its name “{called}” says {said.label}."
        " Ask the laboratory which it is."
    )
