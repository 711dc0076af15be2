"""The figures of a series, drawn by the server: the same shapes on the page and in a report (pure)."""

from itertools import islice

from caseseries.figures.attrition import attrition
from caseseries.figures.figure import Figure, Table
from caseseries.figures.first_onset import first_onset
from caseseries.figures.forest import forest
from caseseries.figures.ionized import Range, mean_only, spaghetti
from caseseries.figures.standalone import standalone_svg
from caseseries.figures.swimmer import MOST_ROWS, swimmer
from caseseries.series import Series

__all__ = ["FEWEST_PEOPLE", "Figure", "Table", "figures_of", "standalone_svg"]

# Figures of single people need so many (design, chart grammar).
FEWEST_PEOPLE = 20


def figures_of(series: Series, *, single_people: bool, clinic_range: Range = None) -> list[Figure]:
    """What may be drawn of a series.

    `single_people`: whether the reader may see one row or line a person: who sees the patients anyway, or a
    file for which every person consented. All others get what the suppressed summary states, and no more.
    `clinic_range`: of ionized magnesium, mmol/L. At most 200 people are drawn one by one.
    """
    summary, outcome = series.summary, series.definition.outcome
    if not summary.n:
        return [attrition(summary)]
    drawn: list[Figure] = []
    if single_people and summary.n >= FEWEST_PEOPLE:
        persons = list(islice(series.cohort.persons(), MOST_ROWS))
        drawn.append(swimmer(persons, summary, outcome))
        drawn.append(spaghetti(persons, summary, outcome, clinic_range))
    else:
        drawn.append(mean_only(summary.ionized_mg_mmol_l, outcome, clinic_range))
    if summary.new_symptoms:
        drawn.append(forest(summary))
    of_outcome = (new for new in summary.new_symptoms if new.symptom == outcome.symptom)
    drawn += [figure for new in of_outcome if (figure := first_onset(new)) is not None]
    return [*drawn, attrition(summary)]
