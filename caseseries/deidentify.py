"""What makes a person in a file nobody: bands, weeks, keyed study ids, and no small cells (pure).

Sources: clinical facts 10.1 (HIPAA Safe Harbor, 45 CFR 164.514(b)(2), A) and 10.2 (no count from 1 to 10 nor
any that follows from others; 0 may be shown; CMS cell size policy, A). docs/adr/0006-small-cells.md has the
reasons and the limits.
"""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

BAND_YEARS = 5
OLDEST_BAND_FROM = 90
DAYS_OF_A_WEEK = 7
SUPPRESSED = "SUPPRESSED"
# A threshold of 1 hides nothing: the clinic's own, internal view.
HIDES_NOTHING = 1


def age_band(age_years: int) -> str:
    """A band of 5 years, `40-44`; all from 90 on are `90+` (10.1 C, A). Raises ValueError below 0."""
    if age_years < 0:
        raise ValueError("Nobody is younger than 0 years.")
    if age_years >= OLDEST_BAND_FROM:
        return f"{OLDEST_BAND_FROM}+"
    first = age_years // BAND_YEARS * BAND_YEARS
    return f"{first:02}-{first + BAND_YEARS - 1:02}"


def week_of(day: date, start: date) -> int:
    """Completed weeks from the start; days before it give negative weeks."""
    return (day - start).days // DAYS_OF_A_WEEK


def study_ids(
    export_key: bytes, definition_hash: str, data_cut: str, patient_ids: Iterable[UUID]
) -> dict[UUID, str]:
    """S001, S002, ... for each person, in an order that only the clinic's secret key gives.

    `data_cut`: the hash over its day and the content of all rows (`exporting.snapshot`). The same key,
    definition and data give the same ids; any other deals them anew, so that two files cannot be joined, and
    no id says when a person was registered.
    """

    def rank(patient_id: UUID) -> bytes:
        message = f"{definition_hash}\n{data_cut}\n{patient_id}"
        return hmac.digest(export_key, message.encode(), hashlib.sha256)

    ordered = sorted(set(patient_ids), key=rank)
    width = max(3, len(str(len(ordered))))
    return {patient_id: f"S{n:0{width}}" for n, patient_id in enumerate(ordered, start=1)}


@dataclass(frozen=True)
class Cells:
    """Counts that divide one group, and the names of those that must not be shown.

    `sums`: whether the hidden cells may be told all together; otherwise no sum with one of them is.
    """

    counts: Mapping[str, int]
    hidden: frozenset[str]
    threshold: int
    sums: bool = True

    def sum_of(self, *names: str) -> int | None:
        """The sum of these cells, of all of them when none is named; None where it would tell a hidden one.

        A sum may hold all hidden cells together when they are many enough, or none of them.
        """
        asked = set(names or self.counts)
        hidden = self.hidden & asked
        together = self.sums and self.hidden <= asked
        return None if hidden and not together else sum(self.counts[name] for name in asked)

    def closed(self) -> "Cells":
        """The same counts with nothing of them shown, not even their total."""
        return Cells(self.counts, frozenset(self.counts), self.threshold, sums=False)


def suppress(
    counts: Mapping[str, int],
    threshold: int,
    shown: Collection[str] = (),
    also_hidden: Collection[str] = (),
) -> Cells:
    """Hide each count from 1 to `threshold` - 1, and the smallest others until what is hidden cannot be told.

    Complementary: as long as the hidden cells hold fewer than `threshold` people together, the smallest cell
    that is not 0 joins them; those named in `shown` never do. 0 is shown; but of a group that is too small as
    a whole, nothing is. `also_hidden`: cells that something else would tell, whatever their size; none of
    them stays the only hidden one that is not 0.
    """
    if 0 < sum(counts.values()) < threshold:
        return Cells(counts, frozenset(counts), threshold, sums=False)
    asked = set(also_hidden) & set(counts)
    hidden = {name for name, n in counts.items() if 0 < n < threshold} | asked

    def is_enough() -> bool:
        together = [counts[name] for name in hidden if counts[name]]
        return sum(together) >= threshold and (not asked or len(together) > 1)

    others = sorted((n, name) for name, n in counts.items() if n and name not in hidden | set(shown))
    for _, name in others:
        if not hidden or is_enough():
            break
        hidden.add(name)
    return Cells(counts, frozenset(hidden), threshold, sums=is_enough())
