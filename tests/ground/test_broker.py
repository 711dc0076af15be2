"""The broker of one machine: a worker never meets half a message."""

import json
from pathlib import Path

import pytest
from celery import Celery
from django.conf import settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("queue", "control"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def app(folder: Path) -> Celery:
    app = Celery("tested", broker="filesystem://")
    app.conf.broker_transport = settings.CELERY_BROKER_TRANSPORT
    app.conf.broker_transport_options = {
        **dict.fromkeys(("data_folder_in", "data_folder_out"), str(folder / "queue")),
        "control_folder": str(folder / "control"),
    }
    return app


def test_a_message_takes_its_name_when_it_is_whole(
    app: Celery, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    replace = Path.replace

    def watched(source: Path, target: Path) -> Path:
        messages = list((folder / "queue").glob("*.msg"))
        seen.append((messages, json.loads(source.read_text())["headers"]["task"]))
        return replace(source, target)

    monkeypatch.setattr(Path, "replace", watched)
    app.send_task("ring")
    assert seen == [([], "ring")]
    assert [path.suffix for path in (folder / "queue").iterdir()] == [".msg"]


def test_messages_come_in_the_order_in_which_they_were_sent(app: Celery) -> None:
    for task in ("first", "second", "third"):
        app.send_task(task)
    with app.connection_for_read() as connection:
        queue = connection.SimpleQueue("celery")
        got = [queue.get(timeout=5) for _ in range(3)]
    assert [message.headers["task"] for message in got] == ["first", "second", "third"]
