"""A calendar as a file (pure, RFC 5545): whole days, initials, and keys that lead nowhere."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event, vDuration

PRODUCT = "-//Dolomite//Windows//EN"
# How often a program should ask again.
REFRESH = timedelta(hours=4)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Entry:
    """Whole days from `from_on` to `until_on`, both included. `key` is what it is about, and stays inside."""

    key: str
    summary: str
    from_on: date
    until_on: date


def initials(given_name: str, family_name: str) -> str:
    """`S. L.`; one letter where only one name is known."""
    return " ".join(f"{name.strip()[0].upper()}." for name in (given_name, family_name) if name.strip())


def written(entries: Iterable[Entry], name: str, secret: str, at: datetime) -> bytes:
    """The file. `secret` keys the ids of events, so that two calendars do not share one."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    for entry in entries:
        calendar.add_component(_event(entry, secret, at))
    content: bytes = calendar.to_ical()
    return content


def _event(entry: Entry, secret: str, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{uid(entry.key, secret)}@dolomite")
    event.add("dtstamp", at)
    event.add("dtstart", entry.from_on)
    # The day after the last, as the format counts.
    event.add("dtend", entry.until_on + ONE_DAY)
    event.add("summary", entry.summary)
    event.add("class", "PRIVATE")
    # It takes no time of the person's day.
    event.add("transp", "TRANSPARENT")
    return event


def uid(key: str, secret: str) -> str:
    """Stays the same for one entry of one calendar, and says nothing of the entry."""
    return hmac.new(secret.encode(), key.encode(), hashlib.sha256).hexdigest()
