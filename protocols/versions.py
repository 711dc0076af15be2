"""The versions that a clinic has followed: since which one a number stands, and what differs between two."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Clinic
from protocols.models import Protocol
from protocols.published import stricter_than
from protocols.thresholds import PROTOCOL_1, Threshold, Thresholds


@dataclass(frozen=True)
class Line:
    """One number of a version: `since` is the version from which it stands unbroken.

    `default` is the number of protocol 1 where the version has another; `stricter` are published limits of
    the same thing that are stricter.
    """

    threshold: Threshold
    value: int | Decimal
    since: int
    default: int | Decimal | None
    stricter: Sequence[Threshold]


@dataclass(frozen=True)
class Difference:
    """One number in which two versions differ; `stricter` is beside the later one."""

    threshold: Threshold
    before: int | Decimal
    after: int | Decimal
    stricter: Sequence[Threshold]


def adopted_versions(clinic: Clinic) -> list[Protocol]:
    """What the clinic followed, oldest first, the one in force last; defaults until its own came."""
    rows = Protocol.objects.offered_to(clinic).filter(adopted_at__isnull=False)
    rows = rows.select_related("adopted_by", "drafted_by").order_by("version")
    own = [row for row in rows if row.clinic_id]
    defaults = [row for row in rows if not row.clinic_id]
    if own and (began := own[0].adopted_at):
        defaults = [row for row in defaults if row.adopted_at and row.adopted_at <= began]
    return defaults + own


def draft_of(clinic: Clinic) -> Protocol | None:
    """The clinic's draft, of which there is at most one."""
    rows = Protocol.objects.filter(clinic=clinic, adopted_at=None)
    return rows.select_related("drafted_by").first()


def lines_of(versions: Sequence[Protocol]) -> list[Line]:
    """Every number of the last of `versions`, which are in the order in which they were followed."""
    read = [(version.version, version.thresholds) for version in versions]
    last = read[-1][1]
    lines = []
    for threshold in PROTOCOL_1:
        value = getattr(last, threshold.name)
        default = threshold.value if value != threshold.value else None
        stricter = stricter_than(threshold.name, value)
        lines.append(Line(threshold, value, _since(threshold.name, read), default, stricter))
    return lines


def by_group(lines: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    """The lines under their groups, in the order of the protocol."""
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.threshold.group, []).append(line)
    return list(groups.items())


def differences(before: Protocol, after: Protocol) -> list[Difference]:
    """Only what differs, in the order of the protocol."""
    return [
        Difference(threshold, old, new, stricter_than(threshold.name, new))
        for threshold in PROTOCOL_1
        if (old := getattr(before.thresholds, threshold.name))
        != (new := getattr(after.thresholds, threshold.name))
    ]


def _since(name: str, versions: Sequence[tuple[int, Thresholds]]) -> int:
    value = getattr(versions[-1][1], name)
    since = versions[-1][0]
    for version, thresholds in reversed(versions):
        if getattr(thresholds, name) != value:
            break
        since = version
    return since
