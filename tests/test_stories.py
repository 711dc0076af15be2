"""The rows and stories that other tests begin with can be made, and are what they say."""

import pytest
from django.db.models import Model
from factory.django import DjangoModelFactory

from tests import factories
from tests.stories import a_clinician, a_flag, a_low_result, a_patient, standing, taking

FACTORIES = sorted(
    (
        kind
        for kind in vars(factories).values()
        if isinstance(kind, type) and issubclass(kind, DjangoModelFactory) and not kind._meta.abstract
    ),
    key=lambda kind: kind.__name__,
)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", FACTORIES, ids=lambda kind: kind.__name__)
def test_each_factory_makes_a_row(kind: type[DjangoModelFactory[Model]]) -> None:
    row = kind.create()
    assert type(row)._default_manager.filter(pk=row.pk).exists()


@pytest.mark.django_db
def test_a_story_raises_flags_through_the_acts() -> None:
    by = a_clinician()
    patient = a_patient(by)
    taking(patient, by)
    a_low_result(patient, by)
    a_flag(by, patient)
    assert set(standing(patient)) >= {"LAB_OUT_OF_RANGE", "RE_EVALUATION", "SYMPTOM"}
