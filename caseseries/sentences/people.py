"""Where all who started stand, what must always be told of their safety, and what was done (pure)."""

from accounts.wording import number
from caseseries.definition import OutcomeDefinition
from caseseries.sentences.words import of_people, sentence
from caseseries.summary import FollowUp, NamedCount, Safety, Summary
from caseseries.wording import ENDINGS, WEEKS_FOLLOWED, counted

_REACHED = {"REACHED": "reached it", "NOT_YET": "not yet there"} | ENDINGS


def where_all_stand(summary: Summary, outcome: OutcomeDefinition) -> str:
    """The groups add up to all who started."""
    groups = ", ".join(f"{_REACHED[group.name]} {counted(group.n)}" for group in summary.reached)
    return f"Of {counted(summary.n)} who started, on day {outcome.day}: {groups}."


def safety(said: Safety) -> str:
    """Always said, 0 too; people, of all who started."""
    return (
        f"Of all who started: a serious event in {of_people(said.serious)}; died {of_people(said.died)}, "
        f"possibly related {of_people(said.died_possibly_related)}; stopped for harm "
        f"{of_people(said.stopped_for_harm)}. Psychotherapy started or changed in "
        f"{of_people(said.psychotherapy_changed)}, a psychotropic medicine in "
        f"{of_people(said.psychotropic_changed)}."
    )


def follow_up(said: FollowUp) -> list[str]:
    """What was due and done, the adherence as visits recorded it, and how long people were followed."""
    mean = said.adherence_percent
    adherence = f"adherence of 80 % or more in {of_people(said.adherence_80_or_more)} in whom it was recorded"
    if mean is not None:
        adherence += f", mean {number(mean.mean)} %"
    adherence += f"; not recorded in {counted(said.adherence_not_recorded)}"
    bands = "; ".join(f"{WEEKS_FOLLOWED[band.name]} weeks: {counted(band.n)}" for band in said.weeks_followed)
    median = "" if said.weeks is None else f"; median {number(said.weeks.median)} weeks"
    return [
        f"Re-evaluations on time {of_people(said.reevaluations_on_time)} due; late "
        f"{of_people(said.reevaluations_late)}; missed {of_people(said.reevaluations_missed)}. Ionized "
        f"magnesium was measured again within the first window in {of_people(said.retested)}.",
        sentence(adherence),
        f"People followed for {bands}{median}.",
    ]


def prior_magnesium(groups: list[NamedCount]) -> str:
    """Whether magnesium was taken before the start."""
    words = {group.name: counted(group.n) for group in groups}
    return (
        f"Magnesium before the start: taken by {words['YES']}, not by {words['NO']}, not asked "
        f"{words['NOT_ASKED']}."
    )
