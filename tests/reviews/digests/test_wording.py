"""What the mail says: numbers and links, and nothing else."""

from dataclasses import fields
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from reviews.digests.wording import Counts, body, subject

AT = datetime(2026, 3, 12, 9, 0, tzinfo=ZoneInfo("America/New_York"))
ADDRESS = "https://dolomite.example"


def test_the_subject_names_what_is_most_urgent() -> None:
    counts = Counts(act_today=2, late=1, this_week=3, unowned=9)
    assert subject(counts) == "Dolomite: 2 act today, 1 late, 3 review this week"


def test_the_body_has_a_line_for_each_number_and_a_link_to_where_it_stands() -> None:
    counts = Counts(act_today=2, overdue=1, offered=1, unowned=4, unmatched=3)
    assert body(counts, "Northgate Clinic", AT, ADDRESS) == (
        "Northgate Clinic, 12 Mar 2026, counted at 09:00.\n\n"
        "Act today: 2\nOverdue: 1\nhttps://dolomite.example/?mine=1\n\n"
        "Flags offered to you: 1\nhttps://dolomite.example/?mine=1\n\n"
        "Flags without an owner: 4\nhttps://dolomite.example/?owner=none\n\n"
        "Results that wait for a match: 3\nhttps://dolomite.example/labs/unmatched/\n\n"
        "Patients are counted once, by their most urgent flag. Names and values stay in Dolomite.\n"
        "Not wanted any more? https://dolomite.example/settings/\n"
    )


def test_zeros_are_left_out_with_their_links() -> None:
    said = body(Counts(unmatched=1), "Northgate Clinic", AT, ADDRESS)
    assert "Act today" not in said and "owner" not in said
    assert Counts().is_empty and not Counts(unmatched=1).is_empty


@pytest.mark.parametrize("name", [field.name for field in fields(Counts)])
def test_every_number_is_said_in_the_subject_and_in_the_body(name: str) -> None:
    counts = Counts(**{name: 77})
    assert "77" in subject(counts)
    assert ": 77\n" in body(counts, "Northgate Clinic", AT, ADDRESS)
