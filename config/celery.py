"""The Celery app: the worker (`celery -A config worker`) and the clock (`celery -A config beat`)."""

import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import worker_ready
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

SWEEP = "reviews.tasks.sweep_due_clinics"

app = Celery("dolomite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def sweep_at_start(sender: Any, **_: object) -> None:
    """A worker that comes back after an outage does not wait for the next quarter of an hour."""
    sender.app.send_task(SWEEP)


def make_folders() -> None:
    """The folders of the filesystem broker and of beat's memory, closed to other users."""
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    folders = [
        str(options[name]) for name in options if name.endswith(("_folder", "_folder_in", "_folder_out"))
    ]
    for folder in [*folders, str(Path(settings.CELERY_BEAT_SCHEDULE_FILENAME).parent)]:
        Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
