"""What goes on after the first re-evaluation: one every three months, each in its window (pure).

A first one that came late owes the next after four weeks already.
"""

from collections.abc import Iterator, Sequence
from random import Random

from demo.happenings import Happening, Present, Visit
from demo.queue_work import Settle

SOON, QUARTER = (29, 35), (90, 90)


def upkeep(
    chance: Random, start: int, met: int, *, late: bool, adherence: float, tells: Sequence[Present] = ()
) -> Iterator[Happening]:
    """Visits after day `met` of a course that began `start` days ago; `tells` is what goes on."""
    day = met
    while (day := day + chance.randint(*(SOON if late else QUARTER))) < start:
        late = False
        yield Visit(
            start - day, symptoms=tells, adherence=round(adherence * 100), is_re_evaluation=True, hour=9
        )
        yield Settle(start - day, hour=16)
