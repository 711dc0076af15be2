"""Which reader a file is for, by its content and never by its name (pure)."""

import re
from datetime import date
from typing import BinaryIO
from zoneinfo import ZoneInfo

from labs.reading.csv_table import read_csv
from labs.reading.fhir_json import read_fhir
from labs.reading.hl7_messages import read_hl7
from labs.reading.reported import FileRead, Unreadable
from labs.reading.texts import open_text

_HL7 = re.compile(r"(?:MSH|FHS|BHS)[^A-Za-z0-9\s]")
_HL7_WITHOUT_HEAD = re.compile(r"(?:PID|PV1|ORC|OBR|OBX|NTE|SPM|BTS|FTS)\|")


def read_file(stream: BinaryIO, zone: ZoneInfo, *, on: date) -> FileRead:
    """The rows of a seekable stream; times without offset are of `zone`, and `on` is the day of reading.

    Raises Unreadable for what none of the readers takes, and so do the rows. The stream is read several times
    and never as a whole; it must stay open until the rows have been walked.
    """
    file = open_text(stream)
    head = file.head()
    if _HL7.match(head):
        return read_hl7(file, zone, on=on)
    if head.startswith(("{", "[")):
        return read_fhir(file, zone, on=on)
    if head.startswith("<"):
        raise Unreadable("This is XML or HTML. FHIR is taken as JSON, other results as HL7 v2 or CSV.")
    if _HL7_WITHOUT_HEAD.match(head):
        raise Unreadable(
            "These are HL7 segments without the MSH segment before them: the beginning is cut off."
        )
    return read_csv(file, zone, on=on)
