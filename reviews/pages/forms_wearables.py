"""The forms of devices, of files of readings, and of which device speaks first."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from patients.forms import DateInput, DayField
from wearables.csv_file import MOST_BYTES
from wearables.kinds import KIND_CHOICES
from wearables.models import Device, SourceOrder, WornAs


class DeviceForm(forms.Form):
    """What a patient wears, and since when."""

    maker = forms.CharField(label="Maker", max_length=60)
    model = forms.CharField(label="Model", max_length=60)
    worn_as = forms.ChoiceField(label="Worn as", choices=WornAs.choices)
    serial = forms.CharField(
        label="Serial or other number",
        max_length=80,
        required=False,
        help_text="By it files and programs find the device.",
    )
    since = DayField(label="Worn since", widget=DateInput(), required=False)
    measures = forms.MultipleChoiceField(
        label="Measures",
        choices=KIND_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="When chosen, readings of other kinds are refused.",
    )


class UploadForm(forms.Form):
    """A file of readings; the device, where the file does not name it."""

    device = forms.ModelChoiceField(
        label="Device",
        queryset=Device.objects.none(),
        required=False,
        empty_label="As the file says",
    )
    file = forms.FileField(
        label="File",
        help_text="CSV with the columns device (serial), kind, value, unit, time. At most 20 MB.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )

    def __init__(self, *args: Any, devices: Sequence[Device], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        device: Any = self.fields["device"]
        device.queryset = Device.objects.filter(pk__in=[device.pk for device in devices])
        device.label_from_instance = device_words

    def clean_file(self) -> UploadedFile[Any]:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if file.size is None or file.size > MOST_BYTES:
            raise forms.ValidationError(f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
        return file


class OrderForm(forms.Form):
    """A place for each device that sends a kind, and whether the chart shows the kind."""

    version = forms.IntegerField(label="Version", min_value=1, required=False, widget=forms.HiddenInput)
    on_chart = forms.BooleanField(label="Show this kind on the chart", required=False)

    def __init__(self, *args: Any, devices: Sequence[Device], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.devices = devices
        places = [(str(n + 1), f"{n + 1}") for n in range(len(devices))]
        for n, device in enumerate(devices):
            self.fields[f"place_{n}"] = forms.ChoiceField(
                label=device_words(device), choices=places, initial=str(n + 1)
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        places = [given[name] for n in range(len(self.devices)) if (name := f"place_{n}") in given]
        if len(set(places)) < len(places):
            raise forms.ValidationError("Two devices have the same place.")
        # A device without a place is refused at its field already.
        ranked = sorted(zip(map(int, places), self.devices, strict=False), key=lambda pair: pair[0])
        given["order"] = [device for _, device in ranked]
        return given

    @staticmethod
    def of(row: SourceOrder) -> dict[str, Any]:
        """The choice's own value, to compare after a conflict."""
        return {"on_chart": row.on_chart}


def device_words(device: Device) -> str:
    """`Oura Ring 4, 2F9C`: two of the same model are told apart by their numbers."""
    return f"{device}, {device.serial}" if device.serial else str(device)
