"""A name that nobody knows is explained once, on the page of the file, and remembered."""

import pytest

from accounts.actors import Actor
from labs.models import LaboratoryTest
from patients.models import Patient
from reviews.pages.import_names import unknown_tests
from tests.reviews.importing.files import Line, csv_of
from tests.reviews.imports.desk import Desk, once, told

pytestmark = pytest.mark.django_db


def mysterious(sara: Patient) -> str:
    return csv_of(*(Line(sara, loinc="", test=test) for test in ("Mg2+ frei", "Mg2+ frei", "Selen")))


def test_without_a_laboratory_the_page_asks_for_its_name_first(desk: Desk, sara: Patient) -> None:
    source = desk.dropped(mysterious(sara))
    page = told(desk.get("import_file", source.pk))
    assert "Say whose file this is." in page and "Mg2+ frei, 2 rows" in page
    assert "Names that are not known" not in page
    answer = desk.post("import_laboratory", source.pk, version=source.version, laboratory="Labor Süd")
    assert answer.status_code == 302
    page = told(desk.get("import_file", source.pk))
    assert "Names that are not known" in page and "Labor Süd, 2 rows" in page


def test_what_is_said_is_kept_and_the_file_is_checked_again(desk: Desk, by: Actor, sara: Patient) -> None:
    source = desk.dropped(mysterious(sara), laboratory="Labor Süd")
    form = once(desk.get("import_file", source.pk), "names")
    frei, selen = (test.key for test in unknown_tests(source))
    answer = desk.post("import_names", source.pk, **form, **{frei: "IONIZED_MG", selen: "IGNORED"})
    assert answer.status_code == 302
    page = told(desk.get("import_file", source.pk))
    assert "Names that are not known" not in page and "Ready 1" in page and "Error 0" in page
    kept = dict(LaboratoryTest.objects.values_list("local_name", "analyte"))
    assert kept["mg2+ frei"] == "IONIZED_MG" and kept["selen"] == ""
    again = desk.dropped(mysterious(sara).replace("0.52", "0.53"), laboratory="labor sud")
    assert "Ready 1" in told(desk.get("import_file", again.pk))


def test_saying_nothing_and_saying_nonsense_are_refused(desk: Desk, sara: Patient) -> None:
    source = desk.dropped(mysterious(sara), laboratory="Labor Süd")
    form = once(desk.get("import_file", source.pk), "names")
    assert "Say of at least one test what it is." in told(desk.post("import_names", source.pk, **form), 400)
    (key, *_) = (test.key for test in unknown_tests(source))
    page = told(desk.post("import_names", source.pk, **form, **{key: "GOLD"}), 400)
    assert "GOLD" in page and "Names that are not known" in page
    assert not LaboratoryTest.objects.exclude(analyte="").exists()


def test_a_known_code_beside_another_name_is_no_matter_of_naming(desk: Desk, sara: Patient) -> None:
    source = desk.dropped(csv_of(Line(sara, test="Total magnesium")), laboratory="North")
    assert unknown_tests(source) == []
    assert "Ask the laboratory which it is." in told(desk.get("import_file", source.pk))
