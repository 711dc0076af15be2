"""The page of wearables and the lane of the chart: named for what they are, and with every silence."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actors import Actor
from audit.models import AuditEvent
from patients.models import Patient
from reviews.acts.devices import choose_sources
from tests.factories import NOW, TODAY
from tests.stories import (
    a_clinician,
    a_device,
    a_patient,
    a_researcher,
    an_assistant,
    at_the_clock,
    some_readings,
    taking,
)
from wearables.models import Device, Reading, ReadingBatch, SourceOrder

pytestmark = pytest.mark.django_db
INVESTIGATIONAL = "investigational: no device measures blood magnesium"
A_MINUTE_AGO = NOW - timedelta(minutes=1)
HEADER = "device,kind,value,unit,time\n"
LINE = "2F9C,RESTING_HEART_RATE,61,/min,2026-03-10T06:40:00-04:00\n"


@pytest.fixture
def by(monkeypatch: pytest.MonkeyPatch) -> Actor:
    at_the_clock(monkeypatch)
    return a_clinician()


@pytest.fixture
def patient(by: Actor) -> Patient:
    return a_patient(by)


@pytest.fixture
def ring(patient: Patient, by: Actor) -> Device:
    return a_device(patient, by)


def page(
    client: Client, who: Actor, patient: Patient, name: str = "reviews:wearables", query: str = ""
) -> str:
    client.force_login(who.user)
    answer = client.get(reverse(name, args=[patient.pk]) + query)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode().replace("\N{NO-BREAK SPACE}", " "))


class TestChart:
    def test_without_a_reading_there_is_no_lane(self, client: Client, by: Actor, ring: Device) -> None:
        chart = page(client, by, ring.patient, "patients:chart")
        assert INVESTIGATIONAL not in chart and "#C30" not in chart

    def test_the_lane_is_named_exactly_and_stands_on_the_article_alone(
        self, client: Client, by: Actor, ring: Device
    ) -> None:
        some_readings(ring, by, ["58", "61", "64"])
        chart = page(client, by, ring.patient, "patients:chart")
        assert f'class="context-note">{INVESTIGATIONAL}</text>' in chart
        assert f"beside it from wearables, {INVESTIGATIONAL}: Resting HR." in chart
        assert re.search(r'Wearables: .{0,600}href="/claims/#C30">Founding article, unverified', chart)
        assert "<td>Wearables, investigational</td><td>Resting HR 64 /min</td>" in chart

    def test_a_kind_that_was_taken_off_the_chart_stays_on_the_page(
        self, client: Client, by: Actor, ring: Device
    ) -> None:
        some_readings(ring, by, ["58", "61"])
        told: dict[str, Any] = {"patient": ring.patient, "by": by, "at": NOW, "kind": "RESTING_HEART_RATE"}
        choose_sources(**told, devices=[ring], on_chart=False)
        assert INVESTIGATIONAL not in page(client, by, ring.patient, "patients:chart")
        assert "Not shown on the chart." in page(client, by, ring.patient)

    def test_the_chart_asks_the_same_however_many_readings_there_are(
        self, client: Client, by: Actor, ring: Device
    ) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as seen:
                assert client.get(reverse("patients:chart", args=[ring.patient_id])).status_code == 200
            return len(seen)

        client.force_login(by.user)
        some_readings(ring, by, ["61"])
        queries()
        few = queries()
        many = [str(50 + n % 9) for n in range(900)]
        some_readings(ring, by, many, every=timedelta(hours=3), until=A_MINUTE_AGO)
        some_readings(a_device(ring.patient, by, serial="2"), by, ["6.6"], kind="SWEAT_PH", unit="[pH]")
        assert queries() == few


class TestPage:
    def test_it_says_what_it_is_and_that_nothing_follows(
        self, client: Client, by: Actor, patient: Patient
    ) -> None:
        shown = page(client, by, patient)
        assert INVESTIGATIONAL in shown.replace("Investigational", "investigational")
        assert "No rule reads these values, they raise no flag" in shown
        assert "No consumer device measures magnesium in blood." in shown
        assert "No readings in this period" in shown
        assert AuditEvent.objects.filter(act="READ_CHART", after__tab="wearables").count() == 1

    def test_devices_days_silences_and_batches_stand_on_it(
        self, client: Client, by: Actor, patient: Patient
    ) -> None:
        ring = a_device(patient, by, since=TODAY - timedelta(days=60))
        taking(patient, by, since=TODAY - timedelta(days=35))
        some_readings(ring, by, ["58"] * 10, until=NOW - timedelta(days=20))
        watch = a_device(
            patient, by, maker="Arden", model="Pulse", serial="W1", since=TODAY - timedelta(days=9)
        )
        some_readings(watch, by, ["64"] * 8)
        some_readings(ring, by, ["59"])
        shown = page(client, by, patient)
        assert "a reading on 18 of 30 days" in shown
        assert "No reading from 21 Feb 2026 to 4 Mar 2026, 12 days." in shown
        assert "Arden Pulse speaks first, then Oura Ring 4; never summed" in shown
        assert "<td>64</td><td>Arden Pulse</td><td>1</td><td>Oura Ring 4: 59</td>" in shown
        assert "<td>none until 4 Mar 2026</td>" in shown
        assert 'class="context-change"' in shown and "Arden Pulse from 5 Mar 2026" in shown
        assert ">300 mg/day</text>" in shown or "299.7 mg/day</text>" in shown
        assert shown.count("10 stored") == 1

    def test_a_period_that_is_not_known_is_three_months(
        self, client: Client, by: Actor, ring: Device
    ) -> None:
        some_readings(ring, by, ["58"], until=NOW - timedelta(days=120))
        assert "No readings in this period" in page(client, by, ring.patient, query="?period=nonsense")
        assert "a reading on 1 of" in page(client, by, ring.patient, query="?period=6m")

    def test_who_may_not_write_is_offered_nothing_to_write(
        self, client: Client, by: Actor, ring: Device
    ) -> None:
        some_readings(ring, by, ["58"])
        assert "Entered in error" not in page(client, an_assistant(by.clinic), ring.patient)
        client.force_login(a_researcher(by.clinic).user)
        assert client.get(reverse("reviews:wearables", args=[ring.patient_id])).status_code == 403


class TestUpload:
    def send(self, client: Client, by: Actor, patient: Patient, content: str | bytes, **more: object) -> Any:
        client.force_login(by.user)
        data = content if isinstance(content, bytes) else content.encode()
        file = SimpleUploadedFile("night.csv", data, content_type="text/csv")
        return client.post(reverse("reviews:upload_readings", args=[patient.pk]), {"file": file, **more})

    def test_a_file_is_stored_with_its_name_and_again_changes_nothing(
        self, client: Client, by: Actor, ring: Device
    ) -> None:
        later = LINE.replace("06:40", "07:40")
        for told in ("Stored 2 readings.", "Stored 0 readings; 2 readings stood there already."):
            answer = self.send(client, by, ring.patient, HEADER + LINE + later)
            assert answer.status_code == 302
            assert told in page(client, by, ring.patient)
        assert Reading.objects.count() == 2
        assert ReadingBatch.objects.get().file_name == "night.csv"

    def test_every_faulty_line_is_named_and_nothing_is_stored(
        self, client: Client, by: Actor, ring: Device
    ) -> None:
        lines = [LINE, LINE.replace("61", "x"), LINE.replace("/min", "mV"), LINE.replace("2F9C", "9999")]
        lines += [LINE.replace("2026-03-10", "2027-03-10"), LINE.replace("61", "62")]
        answer = self.send(client, by, ring.patient, HEADER + "".join(lines))
        assert answer.status_code == 400
        shown = re.sub(r"\s+", " ", answer.content.decode())
        found = re.findall(r'<th scope="row" class="number">(\d+)</th><td>(\w+)</td>', shown)
        assert found == [("3", "value"), ("4", "unit"), ("5", "device"), ("6", "time"), ("7", "value")]
        assert "Nothing was stored: see the lines below." in shown
        assert not Reading.objects.exists()

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"%PDF-1.7\n", "must name the columns"),
            (b"PK\x03\x04\x00", "no text has"),
            (HEADER.encode() + LINE.encode() + b"\xff\xfe\xfa", "is not UTF-8"),
            (b"", "is empty"),
        ],
    )
    def test_what_is_no_file_of_readings_is_refused(
        self, client: Client, by: Actor, ring: Device, content: bytes, words: str
    ) -> None:
        answer = self.send(client, by, ring.patient, content)
        assert answer.status_code == 400
        assert words in answer.content.decode()
        assert not Reading.objects.exists()

    def test_a_file_for_the_wrong_device_is_refused_and_one_without_devices_needs_one(
        self, client: Client, by: Actor, ring: Device
    ) -> None:
        watch = a_device(ring.patient, by, serial="W1")
        answer = self.send(client, by, ring.patient, HEADER + LINE, device=str(watch.pk))
        assert "is not the device that was chosen" in answer.content.decode()
        bare = HEADER.replace("device,", "") + LINE.replace("2F9C,", "")
        answer = self.send(client, by, ring.patient, bare)
        assert "names no device" in answer.content.decode()
        assert self.send(client, by, ring.patient, bare, device=str(watch.pk)).status_code == 302
        assert Reading.objects.get().device == watch

    def test_a_file_of_more_than_20_mb_is_refused(self, client: Client, by: Actor, ring: Device) -> None:
        answer = self.send(client, by, ring.patient, HEADER.encode() + b"\n" * 20_000_001)
        assert "larger than 20 MB" in answer.content.decode()


class TestForms:
    def test_a_device_is_added_and_ended_by_form(self, client: Client, by: Actor, patient: Patient) -> None:
        client.force_login(by.user)
        add = reverse("reviews:add_device", args=[patient.pk])
        assert client.post(add, {"maker": "", "model": "Ring 4", "worn_as": "RING"}).status_code == 400
        told = {"maker": "Oura", "model": "Ring 4", "worn_as": "RING", "measures": ["SLEEP_DURATION"]}
        assert client.post(add, told | {"since": "2026-03-01"}).status_code == 302
        device = Device.objects.get()
        assert (device.worn_as, device.measures) == ("RING", ["SLEEP_DURATION"])
        end = reverse("reviews:end_device", args=[patient.pk, device.pk])
        assert client.get(end).status_code == 200
        assert client.post(end, {"version": 1, "until": "2026-02-01"}).status_code == 400
        assert client.post(end, {"version": 1, "until": "2026-03-12"}).status_code == 302
        assert client.post(end, {"version": 1, "until": "2026-03-11"}).status_code == 409

    def test_devices_are_put_in_order_by_form(self, client: Client, by: Actor, ring: Device) -> None:
        client.force_login(by.user)
        watch = a_device(ring.patient, by, serial="W1", since=TODAY)
        for device in (ring, watch):
            some_readings(device, by, ["61"], until=NOW)
        address = reverse("reviews:choose_sources", args=[ring.patient_id, "RESTING_HEART_RATE"])
        assert client.get(address).content.decode().count('name="place_') == 2
        same = {"place_0": "1", "place_1": "1", "on_chart": "on"}
        assert "the same place" in client.post(address, same).content.decode()
        swapped = {"place_0": "2", "place_1": "1", "on_chart": "on"}
        assert client.post(address, swapped).status_code == 302
        assert SourceOrder.objects.get().devices == [ring.pk, watch.pk]
        assert client.post(address, swapped).status_code == 409
        assert client.post(address, swapped | {"version": 1, "on_chart": ""}).status_code == 302
        assert not SourceOrder.objects.get().on_chart
        assert client.get(address.replace("RESTING", "ANY")).status_code == 404

    def test_a_batch_is_withdrawn_by_form_and_stands_under_history(
        self, client: Client, by: Actor, ring: Device
    ) -> None:
        batch = some_readings(ring, by, ["61"]).batch
        assert batch is not None
        client.force_login(by.user)
        address = reverse("reviews:mark_in_error", args=["wearables-batches", batch.pk])
        assert "may be sent again" in client.get(address).content.decode()
        assert client.post(address, {"version": 1, "reason": "Not hers"}).status_code == 302
        history = page(client, by, ring.patient, "patients:chart", "?tab=history")
        assert "API call, 1 reading" in history and "Not hers" in history
