"""Messages over the network: stored before they are answered, and answered by what became of them."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.utils import timezone
from hl7.client import MLLPClient

from accounts.actors import Actor
from config.local import BASE_DIR
from labs.models import Import, ImportStage, LabResult
from patients.models import Patient
from reviews.importing.arriving import Answer, Code, take_message
from tests.factories import NOW
from tests.reviews.importing.files import message, settled
from tests.stories import a_clinic, a_clinician, a_patient

SEND = Path(sys.executable).with_name("mllp_send")


class TestWhatBecomesOfAMessage:
    pytestmark = pytest.mark.django_db

    @pytest.fixture
    def by(self) -> Actor:
        return a_clinician()

    @pytest.fixture
    def sara(self, by: Actor) -> Patient:
        return a_patient(by)

    @staticmethod
    def take(text: str, by: Actor) -> Answer:
        return take_message(text.encode(), name="mllp-C1.hl7", by=by, clock=lambda: NOW)

    def test_a_result_is_stored_and_accepted_with_or_without_a_last_line_end(
        self, by: Actor, sara: Patient
    ) -> None:
        assert self.take(message(sara, "0.52").rstrip("\r"), by) == Answer(Code.ACCEPTED)
        assert LabResult.objects.get().patient == sara
        assert self.take(message(sara, "0.52"), by) == Answer(Code.ACCEPTED)
        assert LabResult.objects.count() == 1

    def test_an_unknown_patient_waits_and_the_laboratory_need_not_send_again(
        self, by: Actor, sara: Patient
    ) -> None:
        assert self.take(message(sara, "0.52", mrn="424242"), by).code == Code.ACCEPTED
        assert settled(Import.objects.get()) == ["PARKED"]

    def test_a_value_that_cannot_be_is_answered_with_its_place_and_reason(
        self, by: Actor, sara: Patient
    ) -> None:
        answer = self.take(message(sara, "52"), by)
        assert answer.code == Code.ERROR
        assert "OBX 1" in answer.reason and "plausible" in answer.reason
        assert settled(Import.objects.get()) == ["REFUSED"]

    @pytest.mark.parametrize("text", ["", "nothing", "MSH|^~\\&|LIS", "\x0b"])
    def test_what_cannot_be_read_is_rejected(self, text: str, by: Actor) -> None:
        assert self.take(text, by).code == Code.REJECTED
        assert not LabResult.objects.exists()

    def test_a_message_that_was_cut_is_rejected_and_kept(self, by: Actor, sara: Patient) -> None:
        whole = message(sara, "0.52")
        answer = self.take(whole[: whole.index("mmol/L")], by)
        assert answer.code == Code.REJECTED
        assert Import.objects.get().stage == ImportStage.REFUSED


@contextmanager
def listening(environment: dict[str, str], *more: str) -> Iterator[int]:
    words = [sys.executable, "manage.py", "mllp_listen", "--clinic", "northgate", "--port", "0", *more]
    with subprocess.Popen(words, env=environment, cwd=BASE_DIR, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            told = process.stdout.readline()
            found = re.search(r"127\.0\.0\.1:(\d+) for Northgate", told)
            assert found, told
            yield int(found[1])
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
    assert process.returncode == 0


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
class TestTheListener:
    @pytest.fixture
    def sara(self) -> Patient:
        return a_patient(a_clinician(a_clinic()), at=timezone.now())

    def test_the_client_of_the_public_library_sends_and_is_answered(
        self, sara: Patient, process_environment: dict[str, str], tmp_path: Path
    ) -> None:
        sampled = timezone.now().replace(microsecond=0)
        good = message(sara, "0.52", control="GOOD", sampled=sampled)
        bad = message(sara, "52", control="BAD", filler="F2", sampled=sampled)
        file = tmp_path / "messages.hl7"
        file.write_bytes(b"".join(b"\x0b" + text.encode() + b"\x1c\r" for text in (good, bad)))
        with listening(process_environment) as port:
            words = [str(SEND), "--file", str(file), "--port", str(port), "127.0.0.1"]
            sent = subprocess.run(words, capture_output=True, text=True, timeout=120, check=True)
            with MLLPClient("127.0.0.1", port) as client:
                third = client.send_message(good.replace("GOOD", "AGAIN")).decode()
        assert "MSA|AA|GOOD" in sent.stdout and "MSA|AE|BAD" in sent.stdout
        assert "MSA|AA|AGAIN" in third
        assert LabResult.objects.get().patient == sara
        assert Import.objects.count() == 3

    def test_noise_ends_its_connection_and_no_other(
        self, sara: Patient, process_environment: dict[str, str]
    ) -> None:
        with listening(process_environment) as port:
            with socket.create_connection(("127.0.0.1", port)) as noise:
                noise.sendall(b"GET / HTTP/1.1\r\n\r\n\x1c\r")
                assert noise.recv(100) == b""
            with MLLPClient("127.0.0.1", port) as client:
                assert b"MSA|AR|" in client.send_message("MSH|nothing")
                text = message(sara, "0.52", sampled=timezone.now())
                assert b"MSA|AA|C1" in client.send_message(text)

    def test_many_at_once_are_each_stored_and_answered(
        self, sara: Patient, process_environment: dict[str, str]
    ) -> None:
        def send(text: str) -> bytes:
            with MLLPClient("127.0.0.1", port) as client:
                answer: bytes = client.send_message(text)
            return answer

        sampled = timezone.now()
        texts = [message(sara, f"0.5{n}", filler=f"F{n}", control=f"N{n}", sampled=sampled) for n in range(8)]
        with listening(process_environment) as port, ThreadPoolExecutor(len(texts)) as threads:
            answers = list(threads.map(send, texts))
        assert [f"MSA|AA|N{n}".encode() in answer for n, answer in enumerate(answers)] == [True] * 8
        assert LabResult.objects.count() == 8
