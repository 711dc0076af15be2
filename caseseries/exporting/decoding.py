"""The texts that bytes can be read as: plain, UTF-16, percent, HTML, base64, hexadecimal (pure)."""

import base64
import binascii
import html
import re
from codecs import getincrementaldecoder
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple
from urllib.parse import unquote

BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{8,}")
URL_SAFE = bytes.maketrans(b"-_", b"+/")
HEXADECIMAL = re.compile(rb"(?:[0-9A-Fa-f]{2}[ :]?){5,}")
# A letter of UTF-8 goes on with these.
CONTINUED = bytes(range(0x80, 0xC0))
ONLY_ASCII = bytes(code if code < 128 else 32 for code in range(256))
ROW_NUMBERS = re.compile(r"<(?:row|c|dimension|selection)\b[^>]*>")


class Fewest(NamedTuple):
    """How long a token must be to be believed: a word `alone`, and several that are `joined`."""

    alone: int
    joined: int


# A name of three letters stands in any noise; in megabytes of packed bytes one of six does too.
IN_TEXT, IN_NOISE, IN_BINARY = Fewest(3, 3), Fewest(6, 6), Fewest(8, 12)


def readings(content: bytes) -> Iterator[tuple[str, Fewest]]:
    """The text of each way in which the bytes can be read, with how long a token of it must be."""
    text, fewest = _plain(content)
    # Each cell of a sheet says its place.
    text = ROW_NUMBERS.sub(" ", text) if "<row" in text else text
    yield text, fewest
    if "%" in text:
        yield unquote(text), fewest
    if "&" in text:
        yield html.unescape(text), fewest
    if b"\x00" in content:
        for start, order in product((0, 1), ("utf-16-le", "utf-16-be")):
            yield content[start:].decode(order, "replace"), IN_TEXT if _is_wide(content) else IN_BINARY
    for unpacked in (*_from_base64(content), *_from_hex(content)):
        yield unpacked.decode("utf-8", "replace"), IN_NOISE
        yield unpacked.decode("utf-16-le", "replace"), IN_NOISE


def _plain(content: bytes) -> tuple[str, Fewest]:
    """As UTF-8, where a chunk may begin and end within a letter; else what is ASCII of it."""
    try:
        return getincrementaldecoder("utf-8")().decode(content.lstrip(CONTINUED)), IN_TEXT
    except UnicodeDecodeError:
        return content.translate(ONLY_ASCII).decode("ascii"), IN_BINARY


def _is_wide(content: bytes) -> bool:
    """Whether about every second byte is zero, as in English that is written in UTF-16."""
    return content.count(0) * 3 > len(content)


def _from_base64(content: bytes) -> Iterator[bytes]:
    """All runs of the alphabet, begun at each of the four places where a group may begin."""
    runs = [run.translate(URL_SAFE) for run in set(BASE64.findall(content))]
    for start in range(4) if runs else ():
        yield b"\n".join(_group(run[start:]) for run in runs)


def _group(run: bytes) -> bytes:
    # One letter alone, after the last whole group, holds no byte.
    whole = run[:-1] if len(run) % 4 == 1 else run
    return base64.b64decode(whole + b"=" * (-len(whole) % 4))


def _from_hex(content: bytes) -> Iterator[bytes]:
    runs = [run.translate(None, b" :") for run in set(HEXADECIMAL.findall(content))]
    for start in (0, 1) if runs else ():
        yield b"\n".join(binascii.unhexlify(run[start : start + (len(run) - start) // 2 * 2]) for run in runs)
