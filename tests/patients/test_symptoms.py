"""The symptom list: the names of the API, valid codes, and grades as CTCAE defines them."""

import pytest

from patients.symptoms import BEHIND_OTHER, CHIPS, SYMPTOMS, Symptom, grade_definition, triaged_as

API_NAMES = [
    "TINGLING",
    "MUSCLE_TWITCHING",
    "IRREGULAR_HEARTBEAT",
    "FATIGUE",
    "MUSCLE_CRAMP",
    "WEAKNESS",
    "DIARRHOEA",
    "NAUSEA",
    "FLUSHING",
    "DIZZINESS",
    "LETHARGY",
    "SYNCOPE",
    "PRESYNCOPE",
    "CHEST_PAIN",
    "DYSPNOEA",
    "PALPITATIONS",
    "NUMBNESS",
    "CONFUSION",
    "DROWSINESS",
    "SEIZURE",
    "VOMITING",
    "ABDOMINAL_PAIN",
    "TREMOR",
    "HYPOTENSION",
    "ANXIETY",
    "INSOMNIA",
    "HEADACHE",
    "OTHER",
]

# The check digit of SNOMED CT identifiers (Verhoeff) permutes each digit by its place.
PERMUTE = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]


def dihedral(a: int, b: int) -> int:
    """The product in the group of symmetries of the pentagon, numbered 0 to 9."""
    turn = (a + b) % 5 if a < 5 else (a - b) % 5
    return turn + 5 if (a < 5) != (b < 5) else turn


def has_valid_check_digit(code: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(code)):
        value = int(digit)
        for _ in range(place % 8):
            value = PERMUTE[value]
        total = dihedral(total, value)
    return total == 0


def test_the_names_are_those_of_the_api() -> None:
    assert {s.value for s in Symptom} == set(API_NAMES)
    assert set(SYMPTOMS) == set(Symptom)


def test_labels_are_distinct_and_reachable_from_the_name() -> None:
    assert len({s.label for s in Symptom}) == len(Symptom)
    assert Symptom.MUSCLE_TWITCHING.label == "Twitching"


def test_the_check_digit_finds_a_typing_error() -> None:
    assert has_valid_check_digit("91019004")
    assert not has_valid_check_digit("91019005")
    assert not has_valid_check_digit("91010904")


@pytest.mark.parametrize("symptom", [s for s in Symptom if s is not Symptom.OTHER])
def test_every_named_symptom_has_a_snomed_code_that_was_not_mistyped(symptom: Symptom) -> None:
    facts = SYMPTOMS[symptom]
    assert facts.snomed is not None
    assert has_valid_check_digit(facts.snomed)
    assert facts.snomed_mark in {"A", "W", "K"}


def test_no_code_stands_for_two_symptoms() -> None:
    codes = [f.snomed for f in SYMPTOMS.values() if f.snomed]
    assert len(set(codes)) == len(codes)


def test_the_symptoms_that_flag_are_those_of_protocol_1() -> None:
    flagging = {s.value for s, facts in SYMPTOMS.items() if facts.flags}
    assert flagging == {
        "TINGLING", "NUMBNESS", "MUSCLE_TWITCHING", "MUSCLE_CRAMP", "IRREGULAR_HEARTBEAT", "PALPITATIONS",
        "FATIGUE", "WEAKNESS", "DIARRHOEA", "VOMITING", "DIZZINESS", "HYPOTENSION", "DROWSINESS", "CONFUSION",
        "SYNCOPE",
        "CHEST_PAIN", "DYSPNOEA", "SEIZURE",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("symptom", "most"),
    [
        (Symptom.TINGLING, 3), (Symptom.PALPITATIONS, 2), (Symptom.FATIGUE, 3), (Symptom.WEAKNESS, 3),
        (Symptom.MUSCLE_CRAMP, 3), (Symptom.DIARRHOEA, 4), (Symptom.NAUSEA, 3), (Symptom.VOMITING, 4),
        (Symptom.FLUSHING, 3), (Symptom.DIZZINESS, 3), (Symptom.HYPOTENSION, 4), (Symptom.LETHARGY, 2),
        (Symptom.DROWSINESS, 4), (Symptom.SYNCOPE, 3), (Symptom.INSOMNIA, 3), (Symptom.ANXIETY, 4),
    ],
)  # fmt: skip
def test_the_highest_grade_is_the_one_of_ctcae(symptom: Symptom, most: int) -> None:
    assert SYMPTOMS[symptom].max_grade == most


def test_grades_lie_between_1_and_4() -> None:
    assert {grade for facts in SYMPTOMS.values() for grade in facts.grades} == {1, 2, 3, 4}


def test_a_grade_is_explained_in_words() -> None:
    assert grade_definition(Symptom.DIARRHOEA, 2) == "4 to 6 stools a day more than usual, limits daily tasks"


@pytest.mark.parametrize(
    ("symptom", "grade"), [(Symptom.TINGLING, 4), (Symptom.SYNCOPE, 2), (Symptom.FATIGUE, 5)]
)
def test_a_grade_that_the_scale_does_not_have_is_refused(symptom: Symptom, grade: int) -> None:
    with pytest.raises(ValueError, match=f"no grade {grade}"):
        grade_definition(symptom, grade)


def test_the_form_shows_seven_chips_and_keeps_the_rest_behind_other() -> None:
    labels = ["Tingling", "Twitching", "Irregular heartbeat", "Fatigue", "Weakness", "Diarrhoea", "Other"]
    assert [s.label for s in CHIPS] == labels
    assert {*CHIPS, *BEHIND_OTHER} == set(Symptom)
    assert not set(CHIPS) & set(BEHIND_OTHER)


def test_palpitations_are_triaged_as_irregular_heartbeat() -> None:
    assert triaged_as(Symptom.PALPITATIONS) is Symptom.IRREGULAR_HEARTBEAT
    assert triaged_as(Symptom.TINGLING) is Symptom.TINGLING
