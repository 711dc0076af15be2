"""Weeks followed and adherence leave in bands, and a small band takes its column with it."""

from collections import Counter
from datetime import timedelta

import pytest

from accounts.actors import Actor
from caseseries.files.writing import PEOPLE, SUMMARY
from caseseries.shown.facts import follow_up
from patients.models import Patient
from tests.caseseries.exports_made import exported, files_of, json_of, rows_of
from tests.caseseries.people import GLYCINATE, a_person, the_article_series
from tests.caseseries.persons_made import a_person_made
from tests.caseseries.test_summary import stated
from tests.factories import TODAY, VisitFactory


def files(by: Actor) -> dict[str, bytes]:
    return files_of(exported(by, GLYCINATE, TODAY))


def heard_again(people: list[Patient], day: int, percent: int) -> None:
    """A visit so many days after the start of each, at which the adherence was recorded."""
    for patient in people:
        started = patient.regimens.get().started_on
        VisitFactory.create(
            patient=patient,
            created_by=patient.created_by,
            visited_on=started + timedelta(days=day),
            adherence_percent=percent,
        )


def test_weeks_followed_and_adherence_leave_in_bands(by: Actor) -> None:
    people = the_article_series(by)
    heard_again(people[:20], 90, 79)
    heard_again(people[20:38], 70, 80)
    made = files(by)
    rows, said = rows_of(made[PEOPLE]), json_of(made[SUMMARY])["follow_up"]
    told = Counter(row["adherence_band"] for row in rows)
    assert told == {"FROM_80": 18, "BELOW_80": 20, "NOT_RECORDED": 12}
    assert (said["adherence_80_or_more"]["n"], said["adherence_not_recorded"]) == (18, 12)
    weeks = {band["name"]: band["n"] for band in said["weeks_followed"]}
    assert weeks == {"FROM_0": 0, "FROM_4": 0, "FROM_8": 0, "FROM_12": 50, "FROM_24": 0}
    assert Counter(row["weeks_followed_band"] for row in rows) == {"FROM_12": 50}


@pytest.mark.parametrize("few", [10, 11])
def test_a_small_band_hides_its_whole_column(by: Actor, few: int) -> None:
    """Of 40 others, so few were last heard of in the first weeks, and took less than 80 %."""
    heard_again(the_article_series(by, people=40), 60, 80)
    heard_again([a_person(by) for _ in range(few)], 20, 79)
    rows = rows_of(files(by)[PEOPLE])
    columns = ("weeks_followed_band", "adherence_band")
    told = [{row[column] for row in rows} for column in columns]
    shown = [{"FROM_0", "FROM_12"}, {"FROM_80", "BELOW_80"}]
    assert told == (shown if few == 11 else [{"SUPPRESSED"}] * 2)


def test_the_page_shows_the_bands_and_who_has_no_adherence() -> None:
    persons = [*[a_person_made(last_day=20)] * 11, *[a_person_made(adherence_percent=None)] * 40]
    shown = {fact.label: fact.value for fact in follow_up(stated(persons, 11))}
    assert (shown["Followed 0 to 3 weeks"], shown["Followed 12 to 23 weeks"]) == ("11", "40")
    assert (shown["Followed 24 or more weeks"], shown["Adherence not recorded"]) == ("0", "40")
    hidden = {fact.label: fact.value for fact in follow_up(stated(persons[1:], 11))}
    assert {hidden[f"Followed {band} weeks"] for band in ("0 to 3", "12 to 23")} == {"suppressed"}
    assert hidden["Adherence not recorded"] == "suppressed"
