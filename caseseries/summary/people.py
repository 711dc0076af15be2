"""The people at the start: sex, age, kidney function, magnesium before (pure)."""

from collections import Counter
from decimal import Decimal
from enum import StrEnum

from caseseries.deidentify import age_band
from caseseries.persons import Asked, Person
from caseseries.statistics import Share, Spread
from caseseries.summary.shape import NamedCount, SexCount
from caseseries.summary.tables import Tables, all_of


class Kidney(StrEnum):
    """eGFR in mL/min/1.73 m2, by the G categories of KDIGO; 30 is where magnesium stops (5.3, A)."""

    FROM_90 = "FROM_90"
    FROM_60 = "FROM_60"
    FROM_45 = "FROM_45"
    FROM_30 = "FROM_30"
    BELOW_30 = "BELOW_30"
    NOT_MEASURED = "NOT_MEASURED"


_LOWEST = {90: Kidney.FROM_90, 60: Kidney.FROM_60, 45: Kidney.FROM_45, 30: Kidney.FROM_30}


def kidney_of(egfr: Decimal | None) -> Kidney:
    """The category of one value."""
    if egfr is None:
        return Kidney.NOT_MEASURED
    return next((kidney for lowest, kidney in _LOWEST.items() if egfr >= lowest), Kidney.BELOW_30)


class People:
    """How many people of each sex and age in years, and of each eGFR."""

    def __init__(self) -> None:
        self._who: Counter[tuple[str, int]] = Counter()
        self._egfr: Counter[Decimal | None] = Counter()
        self._prior: Counter[Asked] = Counter()

    def add(self, person: Person) -> None:
        self._who[(person.sex, person.age_at_start)] += 1
        self._egfr[person.egfr] += 1
        self._prior[person.prior_magnesium] += 1

    def fill(self, tables: Tables) -> None:
        """Ages are counted within a sex, so that no total of an age can be subtracted."""
        sexes, bands = Counter[str](), dict[str, Counter[str]]()
        for (sex, age), n in sorted(self._who.items()):
            sexes[sex] += n
            bands.setdefault(sex, Counter())[age_band(age)] += n
        tables.put("everybody", {"PERSON": sexes.total()})
        tables.put("sexes", sexes)
        for sex, counts in bands.items():
            tables.put(f"age_bands.{sex}", counts, within=("sexes", sex))
        kidneys = Counter[str]()
        for egfr, n in self._egfr.items():
            kidneys[kidney_of(egfr)] += n
        tables.put("egfr", all_of(Kidney, kidneys))
        tables.put("prior_magnesium", all_of(Asked, self._prior))

    def sexes(self, tables: Tables) -> list[SexCount]:
        """A suppressed sex has no bands: they would add up to it."""
        return [
            SexCount(
                sex=sex,
                share=Share.counted(tables.sexes.sum_of(sex), tables.n),
                age_bands=[] if sex in tables.sexes.hidden else _named(tables, f"age_bands.{sex}"),
            )
            for sex in tables.sexes.counts
        ]

    def age_years(self, tables: Tables) -> Spread | None:
        ages = Counter[int]()
        for (_, age), n in self._who.items():
            ages[age] += n
        return tables.spread(ages, 1, tables.n)

    def egfr(self, tables: Tables) -> list[NamedCount]:
        return _named(tables, "egfr")

    def prior_magnesium(self, tables: Tables) -> list[NamedCount]:
        return _named(tables, "prior_magnesium")


def _named(tables: Tables, name: str) -> list[NamedCount]:
    cells = tables[name]
    return [NamedCount(cell, cells.sum_of(cell)) for cell in cells.counts]
