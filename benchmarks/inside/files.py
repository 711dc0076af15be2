"""Files of results to measure with: CSV and HL7 v2, for patients of the bench clinic."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from accounts.models import Clinic
from patients.models import Patient

COLUMNS = "mrn,family,given,birth_date,loinc,value,unit,ref_low,ref_high,collected_at,status"
# As many people as 100,000 results of two years would be of: some fifty each.
PEOPLE = 2_000
Person = dict[str, Any]


def people_of(clinic: Clinic) -> list[Person]:
    """Those who are alive, so that every row can be stored."""
    rows = Patient.objects.of(clinic).valid().filter(deceased_on=None).order_by("pk")
    return list(rows.values("mrn", "family_name", "given_name", "birth_date")[:PEOPLE])


def write_csv(path: Path, people: list[Person], rows: int, at: datetime) -> None:
    """One result in each row, no two of one sample."""
    with path.open("w") as file:
        file.write(f"{COLUMNS}\n")
        file.writelines(_csv_rows(people, rows, at))


def messages(people: list[Person], number: int, at: datetime) -> Iterable[str]:
    """ORU^R01 messages of two results each."""
    for n in range(number):
        someone, sampled = people[n % len(people)], f"{_sampled(n, len(people), at):%Y%m%d%H%M%S%z}"
        name = f"{someone['family_name']}^{someone['given_name']}||{someone['birth_date']:%Y%m%d}|F"
        yield "\r".join([
            f"MSH|^~\\&|LIS|BENCH LAB|DOLOMITE|BENCH|{sampled}||ORU^R01^ORU_R01|M{n}|P|2.5.1",
            f"PID|1||{someone['mrn']}^^^BENCH^MR||{name}",
            f"OBR|1|P{n}|F{n}|24321-2^Panel^LN|||{sampled}|||||||||||||||{sampled}||LAB|F",
            f"OBX|1|NM|73572-0^Magnesium.ionized^LN||0.{45 + n % 20}|mmol/L|0.44-0.59|N|||F|||{sampled}",
            f"OBX|2|NM|2601-3^Magnesium^LN||0.{75 + n % 20}|mmol/L|0.70-1.10|N|||F|||{sampled}",
        ]) + "\r"  # fmt: skip


def _csv_rows(people: list[Person], rows: int, at: datetime) -> Iterator[str]:
    for n in range(rows):
        someone, sampled = people[n % len(people)], _sampled(n, len(people), at).isoformat()
        told = f"{someone['mrn']},{someone['family_name']},{someone['given_name']},{someone['birth_date']}"
        yield f"{told},73572-0,0.{45 + n % 20},mmol/L,0.44,0.59,{sampled},final\n"


def _sampled(n: int, people: int, at: datetime) -> datetime:
    """Two results of one person are six hours apart."""
    return at.replace(microsecond=0) - timedelta(hours=6 * (n // people) + 1, seconds=n % people)
