"""The answer to an HL7 message: MSH and MSA, in the separators of the message (pure)."""

import hashlib
from datetime import datetime

from labs.reading.hl7_messages import header_of_message, text_of_message
from labs.reading.hl7_strict import Header
from labs.reading.reported import Unreadable

# What is answered to something that has no header of its own.
_NOBODY = Header("", "2.5.1", "", "", "", "", "", "P", "", "", "|", "^~\\&")


def header_of_block(block: bytes) -> Header:
    """What the message says of itself; an empty header when nothing of it can be read."""
    try:
        return header_of_message(text_of_message(block))
    except Unreadable:
        return _NOBODY


def acknowledgement(header: Header, code: str, reason: str, *, at: datetime) -> bytes:
    """An ACK with `code` AA, AE or AR (table 0008) for the message of `header`, from whom it was sent to.

    Its own control id follows from that of the message and the moment, so that it is traced to both.
    """
    mark, component = header.separator, header.encoding[0]
    kind = component.join(["ACK", header.kind.partition("^")[2] or "R01", "ACK"])
    own_id = hashlib.sha256(f"{header.control_id}{at.isoformat()}".encode()).hexdigest()[:20]
    told = [
        "MSH", header.encoding, header.receiving_application or "DOLOMITE", header.receiving_facility,
        header.sending_application, header.sending_facility, at.strftime("%Y%m%d%H%M%S%z"), "", kind, own_id,
        header.processing_id or "P", header.version or "2.5.1",
    ]  # fmt: skip
    answer = ["MSA", code, header.control_id, _plain(reason, mark + header.encoding)]
    return "".join(f"{mark.join(segment)}\r" for segment in (told, answer)).encode()


def _plain(text: str, marks: str) -> str:
    """Without what would end a field, a component or a segment."""
    return " ".join("".join(" " if letter in marks else letter for letter in text).split())
