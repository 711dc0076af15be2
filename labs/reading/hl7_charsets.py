"""The characters of HL7 v2 messages that were read byte by byte (pure): what MSH-18 says, else the file."""

from labs.reading.hl7_frames import Frame
from labs.reading.hl7_strict import header_of
from labs.reading.reported import Unreadable

# Of one byte each, so that the bytes come back when MSH-18 says what they mean.
BYTES = "latin-1"
_UTF_8 = "utf-8"
# Table 0211. Sets of several bytes hide separators in their letters, and are not read.
_CODECS = {f"8859/{part}": f"iso8859_{part}" for part in (2, 3, 4, 5, 6, 7, 8, 9, 15)}
_CODECS |= {"UNICODE UTF-8": _UTF_8, "8859/1": "cp1252"}


def decoded(frame: Frame, codec: str) -> Frame:
    """The frame in its characters; `codec` is that of the file as a whole.

    Raises Unreadable for a character set that is not read, and for bytes that are of another one.
    """
    text = "\r".join(frame.segments)
    if text.isascii():
        return frame
    charset = header_of(frame.segments[0], frame.number).charset
    chosen = codec if charset in ("", "ASCII") else _CODECS.get(charset, "")
    where = f"Message {frame.number}, MSH, field 18"
    if not chosen:
        raise Unreadable(f"{where}: the character set {charset[:20]!r} is not read.")
    try:
        frame.segments = text.encode(BYTES).decode(chosen).split("\r")
    except UnicodeDecodeError:
        raise Unreadable(f"{where}: the bytes are not those of {charset[:20] or chosen!r}.") from None
    if codec == _UTF_8 != chosen:
        raise Unreadable(f"{where}: it says {charset!r}, and the bytes are UTF-8.")
    return frame
