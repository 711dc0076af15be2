"""Which OBX belongs to which patient, order and specimen (pure).

The specimen of an order stands after its results (v2.5), so a message is sorted before a row is made.
"""

from dataclasses import dataclass, field

from labs.reading.hl7_strict import Segment


@dataclass
class Order:
    """One OBR with what surrounds it; results before any OBR have none."""

    pid: Segment
    orc: Segment | None = None
    obr: Segment | None = None
    spm: Segment | None = None
    results: list[Segment] = field(default_factory=list)


def orders_of(segments: list[Segment]) -> list[Order]:
    """The orders of a message whose first of these segments is PID; an ORC belongs to the OBR after it."""
    orders: list[Order] = []
    orc = None
    for segment in segments:
        if segment.name == "PID":
            orders.append(Order(segment))
            orc = None
        elif segment.name == "ORC":
            orc = segment
        elif segment.name == "OBR":
            orders.append(Order(orders[-1].pid, orc, segment))
            orc = None
        elif segment.name == "SPM":
            orders[-1].spm = orders[-1].spm or segment
        elif segment.name == "OBX":
            orders[-1].results.append(segment)
    return orders
