"""The files of archives: written as a whole or not at all, and read line by line."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import msgspec

from govstack.blocks.messaging.archives.model import LINE_BYTES_MAX, Foot, Line
from govstack.kernel import clock, crypto, ids

UNFINISHED = "unfinished-"
LEFT_BEHIND_SECONDS = 86_400.0
FILE_MODE = 0o600
FOLDER_MODE = 0o700


class Writer:
    """Writes a file under a name of its own until it is finished; nobody takes half a file for a whole one."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        self._folder = folder
        self._unfinished = folder / f"{UNFINISHED}{ids.new_id()}"
        self._digest = hashlib.sha256()
        self._file: BinaryIO

    def __enter__(self) -> Writer:
        """Begin the file."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        self._file = os.fdopen(os.open(self._unfinished, flags, FILE_MODE), "wb")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave nothing unfinished behind."""
        self._file.close()
        self._unfinished.unlink(missing_ok=True)

    @property
    def digest(self) -> str:
        """Return the digest of what was written."""
        return self._digest.hexdigest()

    def write(self, lines: Iterable[msgspec.Struct]) -> None:
        """Write lines."""
        text = b"".join(crypto.canonical(line) + b"\n" for line in lines)
        self._digest.update(text)
        self._file.write(text)

    def finish(self, foot: Foot, name: str) -> int:
        """Write the last line, make the file durable and give it its name; return its size."""
        self._file.write(crypto.canonical(foot) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        size = self._file.tell()
        self._unfinished.replace(self._folder / name)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return size


def clear(folder: Path) -> None:
    """Take away what processes that were killed have left unfinished a day ago or longer."""
    before = clock.now().timestamp() - LEFT_BEHIND_SECONDS
    for path in folder.glob(f"{UNFINISHED}*"):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)


def check(path: Path) -> Foot | None:
    """Return the last line of a file when its digest is that of the lines before it; None when it is not."""
    digest, last = hashlib.sha256(), b""
    try:
        with path.open("rb") as file:
            for line in _lines(file):
                digest.update(last)
                last = line
        foot = msgspec.json.decode(last, type=Foot)
    except (OSError, ValueError, msgspec.MsgspecError):
        return None
    return foot if foot.digest == digest.hexdigest() else None


def rows(path: Path) -> Iterator[Line]:
    """Yield the rows of a file that was checked."""
    with path.open("rb") as file:
        previous = b""
        for number, line in enumerate(_lines(file)):
            if number > 1:
                yield msgspec.json.decode(previous, type=Line)
            previous = line


def _lines(file: BinaryIO) -> Iterator[bytes]:
    while line := file.readline(LINE_BYTES_MAX):
        if not line.endswith(b"\n"):
            raise ValueError("A line is too long, or was cut off.")
        yield line
