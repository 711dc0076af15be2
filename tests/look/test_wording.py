"""Dates, ages, amounts and names as the pages write them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template import Context, Template
from django.utils import timezone

from accounts import wording

TODAY = date(2026, 3, 12)


def plain(text: str) -> str:
    return text.replace(wording.NO_BREAK, " ")


def rendered(source: str, **context: object) -> str:
    return Template("{% load dolomite %}" + source).render(Context(context))


def test_a_date_does_not_break_over_two_lines() -> None:
    assert wording.day(TODAY) == "12\u00a0Mar\u00a02026"
    assert wording.day(TODAY, year=False) == "12\u00a0Mar"


@pytest.mark.parametrize(
    "days, words",
    [
        (0, "today"),
        (1, "1 day ago"),
        (49, "49 days ago"),
        (60, "60 days ago"),
        (61, "8 weeks ago"),
        (84, "12 weeks ago"),
        (122, "4 months ago"),
        (729, "23 months ago"),
        (731, "2 years ago"),
        (-1, "in 1 day"),
        (-3, "in 3 days"),
    ],
)
def test_a_time_past_is_said_in_the_unit_a_person_would_use(days: int, words: str) -> None:
    assert plain(wording.ago(TODAY - timedelta(days=days), TODAY)) == words


@pytest.mark.parametrize(
    "closed_on, words", [(date(2026, 3, 11), "1 day over"), (date(2026, 3, 9), "3 days over")]
)
def test_overdue_counts_from_the_last_day_of_the_window(closed_on: date, words: str) -> None:
    assert plain(wording.over(closed_on, TODAY)) == words


@pytest.mark.parametrize("closes_on, words", [(TODAY, "last day"), (date(2026, 3, 13), "1 day left")])
def test_the_last_day_of_a_window_says_so(closes_on: date, words: str) -> None:
    assert plain(wording.left(closes_on, TODAY)) == words


@pytest.mark.parametrize(
    "birth, on, years",
    [
        (date(1988, 6, 4), date(2026, 6, 3), 37),
        (date(1988, 6, 4), date(2026, 6, 4), 38),
        (date(2000, 2, 29), date(2026, 2, 28), 25),
        (date(2000, 2, 29), date(2026, 3, 1), 26),
    ],
)
def test_age_turns_on_the_birthday(birth: date, on: date, years: int) -> None:
    assert wording.age_years(birth, on) == years


@pytest.mark.parametrize(
    "value, words",
    [
        (1773, "1,773"),
        (250, "250"),
        (Decimal("62.50"), "62.5"),
        (Decimal("300.00"), "300"),
        (Decimal("1E+3"), "1,000"),
        (0, "0"),
    ],
)
def test_an_amount_has_a_thousands_comma_and_no_idle_zeros(value: Decimal | int, words: str) -> None:
    assert wording.number(value) == words


def test_a_name_starts_with_the_surname_in_capitals() -> None:
    assert wording.surname_first("Lindqvist", "Sara") == "LINDQVIST, Sara"
    assert wording.surname_first("Brandão", "") == "BRANDÃO"


@pytest.mark.parametrize(
    "mrn, shown",
    [("104882", "104 882"), ("1048821", "1 048 821"), ("1048", "1048"), ("NG-104882", "NG-104882")],
)
def test_a_number_of_digits_is_read_in_threes(mrn: str, shown: str) -> None:
    assert plain(wording.grouped_mrn(mrn)) == shown


@pytest.mark.parametrize("letter", wording.EVIDENCE)
def test_every_mark_has_words_and_a_shape(letter: str) -> None:
    html = rendered("{% evidence letter %}", letter=letter)
    mark = wording.EVIDENCE[letter]
    assert mark.words.replace("'", "&#x27;") in html
    assert f'class="mark {mark.shape}"' in html


def test_only_a_guideline_is_a_full_rhombus_and_only_the_article_an_empty_one() -> None:
    shapes = {letter: mark.shape for letter, mark in wording.EVIDENCE.items()}
    assert [letter for letter, shape in shapes.items() if shape == "full"] == ["A"]
    assert [letter for letter, shape in shapes.items() if shape == "empty"] == ["C"]


def test_the_article_is_named_in_full_unless_a_table_asks_for_the_short_word() -> None:
    assert "Founding article, unverified" in rendered("{% evidence 'C' %}")
    assert "Founding article" not in rendered("{% evidence 'C' short=True %}")
    assert "Guideline" in rendered("{% evidence 'A' short=True %}")


def test_the_mark_of_the_article_leads_to_its_claim_by_a_link_with_a_name() -> None:
    html = rendered("{% evidence 'C' claim='C21' %}")
    assert '<a href="/claims/#C21">Founding article, unverified<span class="vh">' in html
    assert ": C21 in the claims register</span></a>" in html
    assert 'href="/claims/">Founding article, unverified' in rendered("{% evidence 'C' %}")


def test_a_better_mark_names_the_claim_beside_it_where_there_is_one() -> None:
    html = rendered("{% evidence 'A' claim='C29' %}")
    assert 'href="/claims/#C29">C29<span class="vh"> in the claims register</span></a>' in html
    assert "<a" not in rendered("{% evidence 'A' claim=None %}")


def test_a_moment_is_shown_in_the_clinics_zone() -> None:
    late = datetime(2026, 3, 12, 2, 30, tzinfo=UTC)
    with timezone.override(ZoneInfo("America/New_York")):
        assert plain(rendered("{{ at|day }} {{ at|clock }}", at=late)) == "11 Mar 2026 22:30"
        assert rendered("{{ at|ago:today }}", at=late, today=TODAY) == "1\u00a0day ago"


def test_what_is_missing_is_shown_as_nothing() -> None:
    assert rendered("{{ x|day }}{{ x|day_month }}{{ x|clock }}{{ x|mg }}{{ x|quantity:'mg' }}", x=None) == ""


def test_a_value_stays_with_its_unit() -> None:
    assert rendered("{{ 1773|quantity:'mg/day' }}") == "1,773\u00a0mg/day"
    assert rendered("{{ '0.60'|with_unit:'mmol/L' }}") == "0.60\u00a0mmol/L"


def test_a_person_is_shown_surname_first_with_the_age_of_today() -> None:
    person = SimpleNamespace(
        family_name="Lindqvist", given_name="Sara", birth_date=date(1988, 6, 4), mrn="104882"
    )
    html = rendered(
        "{{ p|surname_first }} {{ p.birth_date|age_years:today }} {{ p.mrn|mrn }}", p=person, today=TODAY
    )
    assert plain(html) == "LINDQVIST, Sara 37 104 882"


def test_an_icon_is_drawn_inline_and_hidden_from_screen_readers() -> None:
    html = rendered("{% icon 'search' 'icon-20' %}")
    assert html.startswith("<svg") and 'aria-hidden="true"' in html and 'class="icon icon-20"' in html
    assert "style=" not in html and "xmlns" not in html


def test_only_an_address_of_ours_can_be_an_undo() -> None:
    undo = Message(constants.SUCCESS, "Resolved.", extra_tags="/flags/1/undo/?version=2")
    plain_toast = Message(constants.SUCCESS, "Saved.", extra_tags="wide")
    none = Message(constants.SUCCESS, "Saved.")
    assert rendered("{{ m|undo_url }}", m=undo) == "/flags/1/undo/?version=2"
    assert rendered("{{ m|undo_url }}{{ n|undo_url }}", m=plain_toast, n=none) == ""


@pytest.mark.parametrize(
    "path, current", [("/", True), ("/flags/3/resolve/", True), ("/patients/", False), ("/audit/", False)]
)
def test_the_queue_is_current_on_its_own_pages_only(path: str, current: bool) -> None:
    html = rendered("<a{% current prefixes path %}>", prefixes=("/", "/flags/"), path=path)
    assert ('aria-current="page"' in html) is current
