"""The forms of files of results; what may be is decided by the acts that they call."""

from collections.abc import Sequence
from typing import Any

from django import forms

from labs.models import ANALYTE_CHOICES
from reviews.acts.laboratories import LONGEST_NAME
from reviews.pages.act_pages import VersionField
from reviews.pages.import_names import UnknownTest

IGNORED = "IGNORED"
MEANINGS = [
    ("", "Not said yet"),
    ("Tests", ANALYTE_CHOICES),
    (IGNORED, "Does not concern this clinic"),
]


class ManyFilesInput(forms.FileInput):
    """All files that were chosen or dropped, not only the last of them."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        chosen: list[Any] = files.getlist(name) if hasattr(files, "getlist") else []
        return chosen


class FilesField(forms.FileField):
    """One or more files; a file that is empty is refused by its act, which names it."""

    def __init__(self) -> None:
        super().__init__(
            label="Files",
            widget=ManyFilesInput(attrs={"multiple": True}),
            allow_empty_file=True,
            error_messages={"required": "Choose one or more files."},
        )

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        if not data:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return list(data)


class LaboratoryField(forms.CharField):
    """A name, known or new; the page offers those that are known."""

    def __init__(self, *, required: bool, help_text: str = "") -> None:
        super().__init__(
            label="Laboratory",
            help_text=help_text,
            max_length=LONGEST_NAME,
            required=required,
            widget=forms.TextInput(attrs={"list": "laboratories", "autocomplete": "off"}),
        )


class DropForm(forms.Form):
    """What is dropped on the import page."""

    file = FilesField()
    laboratory = LaboratoryField(
        required=False,
        help_text="Where the file does not say it. Names of tests are remembered for each laboratory.",
    )


class StepForm(forms.Form):
    """An act on a file, or on a row of one, as it was shown."""

    version = VersionField()


class LaboratoryForm(StepForm):
    """Whose file it is."""

    laboratory = LaboratoryField(required=True)


class ReasonForm(StepForm):
    """Why a parked row is of nobody here."""

    reason = forms.CharField(label="Reason", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class MatchForm(StepForm):
    """Whose a parked row is, by the word of a person who has seen both."""

    patient = forms.UUIDField(widget=forms.HiddenInput)


class NamesForm(StepForm):
    """What the tests of a file are: one choice for each, which may be left open."""

    def __init__(self, *args: Any, tests: Sequence[UnknownTest], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = {test.key: test for test in tests if test.laboratory is not None}
        for key, test in self.choices.items():
            self.fields[key] = forms.ChoiceField(label=test.words, choices=MEANINGS, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not any(given.get(key) for key in self.choices):
            raise forms.ValidationError("Say of at least one test what it is.")
        return given

    @property
    def lines(self) -> list[tuple[UnknownTest, forms.BoundField]]:
        return [(test, self[key]) for key, test in self.choices.items()]

    def said(self) -> list[tuple[UnknownTest, str]]:
        """The tests of which something was said, and what."""
        given = self.cleaned_data
        return [(test, given[key]) for key, test in self.choices.items() if given.get(key)]
