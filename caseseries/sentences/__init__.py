"""The sentences that a case series may say: each with its counts, its interval and who is missing (pure).

The contract of the sentences: a numerator that was defined beforehand, a denominator of those who were
measured or asked, the figure that counts the missing as not improved, and a suppressed sentence where a cell
is (clinical facts 7.3 and 10.2; docs/adr/0020). None says that magnesium caused anything.
"""

from caseseries.definition import SeriesDefinition
from caseseries.sentences.anxiety import anxiety
from caseseries.sentences.definitions import STEP_WORDS, criteria_in_words, outcome_in_words
from caseseries.sentences.measures import doses, forms, ionized_mg
from caseseries.sentences.people import follow_up, prior_magnesium, safety, where_all_stand
from caseseries.sentences.symptoms import changed_in_words, symptom_sentences
from caseseries.sentences.words import LIMITATION, of_people, small_cells, too_few
from caseseries.summary import NewSymptom, Summary
from caseseries.wording import counted

__all__ = [
    "LIMITATION",
    "STEP_WORDS",
    "changed_in_words",
    "counted",
    "criteria_in_words",
    "of_people",
    "outcome_in_words",
    "sentences",
    "small_cells",
    "too_few",
]


def sentences(summary: Summary, definition: SeriesDefinition) -> list[str]:
    """All that the series says; of a series that is too small only that it is."""
    if summary.n is None:
        return [too_few(summary.threshold)]
    outcome = definition.outcome
    return [
        *anxiety(summary.less_anxious, outcome),
        *(
            sentence
            for symptom in _headline_first(summary.new_symptoms, outcome.symptom)
            for sentence in symptom_sentences(symptom, outcome, summary.threshold)
        ),
        ionized_mg(summary.ionized_mg_mmol_l, outcome),
        doses(summary.doses, outcome),
        where_all_stand(summary, outcome),
        safety(summary.safety),
        *follow_up(summary.follow_up),
        prior_magnesium(summary.prior_magnesium),
        *forms(summary, outcome),
    ]


def _headline_first(symptoms: list[NewSymptom], headline: str) -> list[NewSymptom]:
    return sorted(symptoms, key=lambda symptom: symptom.symptom != headline)
