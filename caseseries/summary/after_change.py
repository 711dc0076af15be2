"""What was changed while a new symptom lasted, and what followed: never what resolved it (pure)."""

from collections import Counter
from decimal import Decimal
from enum import StrEnum

from caseseries.persons import Anxiety, Changed, Followed, NewEpisode, Person
from caseseries.statistics import Share
from caseseries.summary.shape import AfterChange
from caseseries.summary.tables import Tables, all_of
from patients.symptoms import Symptom


class Kind(StrEnum):
    """The first change while the symptom lasted; a lower dose at most that of the definition stands apart."""

    LOWERED_TO = "LOWERED_TO"
    LOWERED_ABOVE = "LOWERED_ABOVE"
    STOPPED = "STOPPED"
    RAISED = "RAISED"
    INTAKES_MOVED = "INTAKES_MOVED"
    NOTHING = "NOTHING"


class Heard(StrEnum):
    """What was heard afterwards. BESIDE: something else was changed before the answer."""

    GONE = "GONE"
    GONE_BESIDE = "GONE_BESIDE"
    CAME_BACK = "CAME_BACK"
    CAME_BACK_BESIDE = "CAME_BACK_BESIDE"
    STILL_PRESENT = "STILL_PRESENT"
    NOT_ASKED = "NOT_ASKED"


class Benefit(StrEnum):
    """Whether a person was less anxious, and answered so after the change."""

    LESS_AFTER = "LESS_AFTER"
    LESS_BEFORE = "LESS_BEFORE"
    NOT_LESS = "NOT_LESS"


GONE = (Heard.GONE, Heard.GONE_BESIDE, Heard.CAME_BACK, Heard.CAME_BACK_BESIDE)
ALONE = (Heard.GONE, Heard.CAME_BACK)
CAME_BACK = (Heard.CAME_BACK, Heard.CAME_BACK_BESIDE)
ASKED_AGAIN = (*GONE, Heard.STILL_PRESENT)
LESS = (Benefit.LESS_AFTER, Benefit.LESS_BEFORE)
Group = tuple[Symptom, Kind]


class AfterChanges:
    """How many heard what after which change, how many days later, and how anxious they were."""

    def __init__(self, lowered_to_mg: Decimal) -> None:
        self._lowered_to = lowered_to_mg
        self._heard: Counter[tuple[Group, Heard]] = Counter()
        self._benefit: Counter[tuple[Group, Benefit]] = Counter()
        self._days: dict[Group, Counter[int]] = {}

    def add(self, symptom: Symptom, episode: NewEpisode, person: Person) -> None:
        group = (symptom, self._kind(episode))
        since = episode.onset_day if episode.changed_day is None else episode.changed_day
        self._heard[(group, _heard(episode))] += 1
        self._benefit[(group, _benefit(person, since))] += 1
        if episode.gone_day is not None:
            self._days.setdefault(group, Counter())[episode.gone_day - since] += 1

    def _kind(self, episode: NewEpisode) -> Kind:
        if episode.changed is not Changed.LOWERED:
            return Kind(episode.changed)
        mg = episode.mg_after_change
        return Kind.LOWERED_TO if mg is not None and mg <= self._lowered_to else Kind.LOWERED_ABOVE

    def fill(self, symptom: Symptom, tables: Tables) -> None:
        """Each table divides the people of a cell of the one above it."""
        people = {kind: self._total((symptom, kind)) for kind in Kind}
        changed = f"changed.{symptom}"
        tables.put(changed, all_of(Kind, people), within=(f"symptom.{symptom}", "NEW"))
        for kind in Kind:
            if not people[kind]:
                continue
            heard = {heard: self._heard[((symptom, kind), heard)] for heard in Heard}
            tables.put(f"heard.{symptom}.{kind}", all_of(Heard, heard), within=(changed, kind))
            benefit = {found: self._benefit[((symptom, kind), found)] for found in Benefit}
            tables.put(f"benefit.{symptom}.{kind}", all_of(Benefit, benefit), within=(changed, kind))

    def keep_apart(self, symptom: Symptom, tables: Tables) -> None:
        """Who is counted here is also among all who were lowered, raised or less anxious."""
        changed = f"changed.{symptom}"
        lowered = (changed, [Kind.LOWERED_TO, Kind.LOWERED_ABOVE])
        tables.keep_apart(("lowered", ["YES"]), lowered, close=["lowered"])
        tables.keep_apart(("raised", ["YES"]), (changed, [Kind.RAISED]), close=["raised"])
        benefits = [f"benefit.{symptom}.{kind}" for kind in tables.within(f"benefit.{symptom}")]
        less = ((name, LESS) for name in benefits)
        tables.keep_apart(("anxiety", [Anxiety.LESS]), *less, close=benefits)

    def _total(self, group: Group) -> int:
        return sum(self._heard[(group, heard)] for heard in Heard)

    def stated(self, symptom: Symptom, tables: Tables) -> list[AfterChange]:
        """Every kind of change that somebody had, in the order of `Kind`."""
        return [self._after((symptom, kind), tables) for kind in Kind if self._total((symptom, kind))]

    def _after(self, group: Group, tables: Tables) -> AfterChange:
        symptom, kind = group
        heard, benefit = tables[f"heard.{symptom}.{kind}"], tables[f"benefit.{symptom}.{kind}"]
        gone, again = heard.sum_of(*GONE), heard.sum_of(*ASKED_AGAIN)
        return AfterChange(
            changed=kind,
            people=tables[f"changed.{symptom}"].sum_of(kind),
            asked_again=again,
            not_asked=heard.sum_of(Heard.NOT_ASKED),
            gone=Share.counted(gone, again),
            gone_alone=Share.counted(heard.sum_of(*ALONE), again),
            came_back=heard.sum_of(*CAME_BACK),
            days=tables.spread(self._days.get(group, Counter()), 1, gone),
            less_anxious_after=Share.counted(benefit.sum_of(Benefit.LESS_AFTER), benefit.sum_of(*LESS)),
        )


def _heard(episode: NewEpisode) -> Heard:
    followed = episode.followed
    if followed in (Followed.GONE, Followed.CAME_BACK) and episode.change_beside:
        return Heard(f"{followed}_BESIDE")
    return Heard(followed)


def _benefit(person: Person, since: int) -> Benefit:
    if person.anxiety is not Anxiety.LESS:
        return Benefit.NOT_LESS
    is_after = person.gad7.day is not None and person.gad7.day > since
    return Benefit.LESS_AFTER if is_after else Benefit.LESS_BEFORE
