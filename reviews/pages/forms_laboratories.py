"""The forms of a laboratory's tests: what each is, and the laboratory's own interval."""

from typing import Any

from django import forms

from labs.analytes import ANALYTES, Analyte
from labs.local_names import LONGEST
from labs.models import ANALYTE_CHOICES, LaboratoryTest
from labs.units import accepted
from reviews.pages.act_pages import VersionField

IGNORED = "IGNORED"
_MEANS = [("", "Choose"), *ANALYTE_CHOICES, (IGNORED, "Does not concern this clinic")]


class MeaningForm(forms.Form):
    """What a test is: an analyte, a LOINC code, or nothing that concerns the clinic."""

    means = forms.ChoiceField(
        label="What it is",
        choices=_MEANS,
        required=False,
        help_text="Ionized and total are two tests, never converted. Ask the laboratory when in doubt.",
    )
    loinc = forms.CharField(
        label="LOINC code",
        max_length=10,
        required=False,
        help_text="Where the laboratory tells one, such as 2600-5. It says what the test is by itself.",
    )

    @property
    def told(self) -> dict[str, Any]:
        """The cleaned data in the words of the act."""
        means, loinc = self.cleaned_data["means"], self.cleaned_data["loinc"]
        if means == IGNORED:
            return {"ignored": True}
        return {"analyte": means, "loinc": loinc}


class NewTestForm(MeaningForm):
    """A test that no file has brought yet."""

    local_name = forms.CharField(
        label="Name in the laboratory's files",
        max_length=LONGEST,
        help_text="Name or code as it is written there; capitals and accents do not matter.",
    )
    field_order = ["local_name", "means", "loinc"]


class TestForm(MeaningForm):
    """What a known test is."""

    version = VersionField()

    __test__ = False  # no class of tests

    @staticmethod
    def of(test: LaboratoryTest) -> dict[str, Any]:
        """What is stored, as the form has it."""
        return {"means": IGNORED if test.is_ignored else test.analyte, "loinc": test.loinc}


class IntervalForm(forms.Form):
    """The laboratory's own interval, in any unit that the analyte is measured in."""

    version = VersionField()
    low = forms.DecimalField(label="From", required=False, max_digits=12, decimal_places=4)
    high = forms.DecimalField(label="To", required=False, max_digits=12, decimal_places=4)
    unit = forms.ChoiceField(label="Unit")

    def __init__(self, *args: Any, analyte: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit: Any = self.fields["unit"]
        unit.choices = [(unit, unit) for unit in accepted(Analyte(analyte))]
        for name in ("low", "high"):
            self.fields[name].widget = forms.TextInput(attrs={"inputmode": "decimal"})

    @staticmethod
    def of(test: LaboratoryTest) -> dict[str, Any]:
        """What is stored, in the canonical unit."""
        return {
            "low": _plain(test.interval_low),
            "high": _plain(test.interval_high),
            "unit": ANALYTES[Analyte(test.analyte)].unit,
        }


def _plain(limit: Any) -> Any:
    """Without zeros that nobody typed."""
    return None if limit is None else limit.normalize() + 0
