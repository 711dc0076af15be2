"""Files of any size that nobody writes to a disk: what stands at a place is computed when it is read."""

import io


class Generated(io.RawIOBase):
    """`before`, then `unit` many `times`, then `after`. Who reads it as a whole fails the test."""

    def __init__(self, before: bytes, unit: bytes, times: int, after: bytes = b"") -> None:
        self._before, self._unit, self._after = before, unit, after
        self._middle = len(unit) * times
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        assert whence == 0
        self._at = offset
        return offset

    def read(self, size: int = -1, /) -> bytes:
        assert size >= 0, "the file is read as a whole"
        chunk = bytearray()
        while len(chunk) < size and (part := self._part(size - len(chunk))):
            chunk += part
            self._at += len(part)
        return bytes(chunk)

    def _part(self, size: int) -> bytes:
        at = self._at
        if at < len(self._before):
            return self._before[at : at + size]
        at -= len(self._before)
        if at < self._middle:
            begun = at % len(self._unit)
            whole = self._unit * (size // len(self._unit) + 2)
            return whole[begun : begun + min(size, self._middle - at)]
        at -= self._middle
        return self._after[at : at + size]
