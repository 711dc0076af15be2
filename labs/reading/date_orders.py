"""Whether the day or the month comes first, decided by all dates of a column together (pure)."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from labs.reading.moments import BadDate, Stamp, Written, written

_GIVE_ISO = "Give dates as 2026-03-31."


@dataclass
class DateOrder:
    """The dates of one column. Only `3/4/2026` and `3-4-2026` leave a doubt; dots put the day first."""

    kinds: set[str] = field(default_factory=set)
    day_first: int = 0
    month_first: int = 0
    either: int = 0

    def see(self, text: str) -> None:
        """Take a cell into account; one that is no date says nothing."""
        if not text.strip():
            return
        try:
            date = written(text)
        except BadDate:
            return
        if not date.is_unordered:
            self.kinds.add("day.month.year" if date.mark == "." else "year-month-day")
        elif date.one > 12:
            self.day_first += 1
        elif date.two > 12:
            self.month_first += 1
        else:
            self.either += 1

    @property
    def words(self) -> str:
        """The order for people; empty when the column holds no date."""
        kinds = set(self.kinds)
        if self.day_first and self.month_first:
            kinds.add("day and month in both orders")
        elif self.day_first:
            kinds.add("day/month/year")
        elif self.month_first:
            kinds.add("month/day/year")
        elif self.either:
            kinds.add("day and month in an order that no cell decides")
        return ", ".join(sorted(kinds))

    def stamp(self, text: str, zone: ZoneInfo) -> Stamp:
        """The date in a cell of this column; raises BadDate."""
        date = written(text)
        if date.is_unordered:
            self._refuse_doubt(date)
        return date.stamp(zone, month_first=bool(self.month_first))

    def _refuse_doubt(self, date: Written) -> None:
        if self.day_first and self.month_first:
            raise BadDate(f"{date.text}: the column mixes day/month and month/day. {_GIVE_ISO}")
        if not self.day_first and not self.month_first:
            raise BadDate(
                f"{date.text}: day/month and month/day both fit all dates of the column. {_GIVE_ISO}"
            )
