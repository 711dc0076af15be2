"""What a clinic knows of a laboratory: its name, its tests, its own intervals, which notices were seen."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from accounts.actors import Actor
from accounts.records import StaleVersion
from audit.record import record
from labs.analytes import ANALYTES, Analyte, UnknownLoinc, analyte_of
from labs.local_names import folded
from labs.models import LabNotice, Laboratory, LaboratoryTest
from labs.units import ValueUnitError, canonical
from reviews.acts.ground import Refusals

LONGEST_NAME = 120
_SAY_ONE = "Say what it is: an analyte, a LOINC code, or that it does not concern this clinic."


def laboratory_named(name: str, *, by: Actor, at: datetime) -> Laboratory:
    """The laboratory of that name, however it is spelt; made when the clinic does not have it yet.

    Raises ValidationError for an empty name and one above 120 characters.
    """
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())
    known_as = folded(plain)[:LONGEST_NAME]
    refusals = Refusals()
    refusals.unless(bool(known_as), "laboratory", "Name the laboratory.")
    too_long = f"The name of a laboratory has at most {LONGEST_NAME} characters."
    refusals.unless(len(plain) <= LONGEST_NAME, "laboratory", too_long)
    refusals.stop_if_any()
    rows = Laboratory.objects.of(by.clinic).valid().filter(known_as=known_as)
    found: Laboratory | None = rows.first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            made = Laboratory.objects.create(
                clinic=by.clinic, created_at=at, created_by=by.user, name=plain, known_as=known_as
            )
            record("ADD_LABORATORY", by=by, at=at, of=made, after={"name": plain})
    except IntegrityError:  # somebody else made it in this moment
        made = rows.get()
    return made


@transaction.atomic
def name_test(
    *,
    laboratory: Laboratory,
    local_name: str,
    by: Actor,
    at: datetime,
    loinc: str = "",
    analyte: str = "",
    ignored: bool = False,
    version: int | None = None,
) -> LaboratoryTest:
    """Say what a laboratory's test is, by LOINC code or by analyte, or that it does not concern this clinic.

    It is remembered for every later file; stored results stay as they are. `version` is needed to change what
    somebody said before; raises StaleVersion without it. Raises ValidationError for a code that is not known.
    """
    name = folded(local_name)
    refusals = Refusals()
    refusals.unless(bool(name), "local_name", "Say how the laboratory calls the test.")
    means = _meaning(refusals, name, loinc.strip(), analyte, ignored)
    refusals.stop_if_any()
    test = _held_test(laboratory, name, by, at)
    if _said(test) == means:
        return test
    was_said = bool(test.analyte or test.is_ignored)
    if version != test.version and (was_said or version is not None):
        raise StaleVersion(test)
    before = _said(test)
    # What was remembered of another analyte says nothing about this one.
    forgotten: dict[str, Any] = {} if test.analyte in ("", means["analyte"]) else dict(_NOTHING_REMEMBERED)
    test.update_from(test.version, **means, **forgotten)
    record("NAME_TEST", by=by, at=at, of=test, before=before, after={"local_name": name, **means})
    return test


@transaction.atomic
def set_interval(
    *,
    test: LaboratoryTest,
    low: Decimal | None,
    high: Decimal | None,
    unit: str,
    version: int,
    by: Actor,
    at: datetime,
) -> LaboratoryTest:
    """Enter the laboratory's own interval, for results that come without one; two empty limits take it away.

    Kept in the canonical unit. Results that are stored stay as they were judged. Raises StaleVersion, and
    ValidationError for limits out of order, limits that cannot be, and a unit of another analyte.
    """
    test.refresh_from_db()
    if test.version != version:
        raise StaleVersion(test)
    refusals = Refusals()
    refusals.unless(test.error_at is None, "id", "This test was entered in error.")
    refusals.unless(bool(test.analyte), "id", "Say first what this test is.")
    refusals.stop_if_any()
    limits = _limits(refusals, Analyte(test.analyte), low, high, unit)
    refusals.stop_if_any()
    before = {"interval_low": _text(test.interval_low), "interval_high": _text(test.interval_high)}
    after = {"interval_low": _text(limits[0]), "interval_high": _text(limits[1])}
    test.update_from(version, interval_low=limits[0], interval_high=limits[1])
    record("SET_INTERVAL", by=by, at=at, of=test, before=before, after=after)
    return test


@transaction.atomic
def see_notice(*, notice: LabNotice, by: Actor, at: datetime, version: int) -> LabNotice:
    """Say that somebody has looked at a notice; it stays as history. Raises StaleVersion, ValidationError."""
    notice.refresh_from_db()
    if notice.version != version:
        raise StaleVersion(notice)
    refusals = Refusals()
    refusals.unless(notice.error_at is None, "id", "This notice was entered in error.")
    refusals.unless(notice.seen_at is None, "id", "This notice was seen already.")
    refusals.stop_if_any()
    notice.update_from(version, seen_at=at, seen_by=by.user)
    record("SEE_NOTICE", by=by, at=at, of=notice, after={"sentence": notice.sentence})
    return notice


_NOTHING_REMEMBERED = {
    "unit": "",
    "reference_low": None,
    "reference_high": None,
    "interval_low": None,
    "interval_high": None,
}


def _said(test: LaboratoryTest) -> dict[str, Any]:
    return {"analyte": test.analyte, "loinc": test.loinc, "is_ignored": test.is_ignored}


def _text(limit: Decimal | None) -> str:
    return "" if limit is None else str(limit)


def _held_test(laboratory: Laboratory, name: str, by: Actor, at: datetime) -> LaboratoryTest:
    """The laboratory's row of that name, locked; made when there is none."""
    fresh = LaboratoryTest(
        clinic=by.clinic, laboratory=laboratory, local_name=name, created_at=at, created_by=by.user
    )
    LaboratoryTest.objects.bulk_create([fresh], ignore_conflicts=True)
    rows = LaboratoryTest.objects.of(by.clinic).valid().select_for_update(no_key=True)
    held: LaboratoryTest = rows.get(laboratory=laboratory, local_name=name)
    return held


def _meaning(refusals: Refusals, name: str, loinc: str, analyte: str, ignored: bool) -> dict[str, Any]:
    """What is to be stored: the analyte with its code, or that the test is ignored."""
    refusals.unless(ignored != bool(loinc or analyte), "analyte", _SAY_ONE)
    known = analyte in ("", *Analyte.__members__)
    refusals.unless(known, "analyte", f"Choose from {', '.join(Analyte.__members__)}.")
    coded = _coded(refusals, loinc)
    _check_own_code(refusals, name, coded or (analyte if known else ""))
    if coded and known and analyte not in ("", coded):
        sentence = f"LOINC {loinc} is {coded.label}, not {Analyte(analyte).label}. Clear one of the two."
        refusals.add("loinc", sentence)
    if ignored or not known or not (coded or analyte):
        return {"analyte": "", "loinc": "", "is_ignored": ignored}
    said = coded or Analyte(analyte)
    return {
        "analyte": said.value,
        "loinc": loinc or ANALYTES[said].default_loinc,
        "is_ignored": False,
    }


def _coded(refusals: Refusals, loinc: str) -> Analyte | None:
    if not loinc:
        return None
    try:
        return analyte_of(loinc)
    except UnknownLoinc as unknown:
        refusals.add("loinc", str(unknown))
        return None


def _check_own_code(refusals: Refusals, name: str, said: str) -> None:
    """A test that the laboratory names by a LOINC code is what the code says."""
    try:
        fixed = analyte_of(name)
    except UnknownLoinc:
        return
    refusals.unless(said == fixed, "local_name", f"{name} is the LOINC code of {fixed.label}.")


def _limits(
    refusals: Refusals, analyte: Analyte, low: Decimal | None, high: Decimal | None, unit: str
) -> tuple[Decimal | None, Decimal | None]:
    found: dict[str, Decimal | None] = {"low": low, "high": high}
    for field, limit in found.items():
        try:
            found[field] = None if limit is None else canonical(analyte, limit, unit)
        except ValueUnitError as error:
            refusals.add("unit" if error.field == "unit" else field, str(error))
    if low is not None and high is not None:
        refusals.unless(low < high, "low", "The lower limit is not below the upper limit.")
    return found["low"], found["high"]
