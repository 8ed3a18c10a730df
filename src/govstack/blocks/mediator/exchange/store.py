"""Where a request's body waits while it is recorded: in memory when small, else in a file that has no name."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from govstack.blocks.mediator.exchange.errors import BodyTooLarge
from govstack.kernel.errors import BadRequest, Unavailable

MEMORY_BYTES_MAX = 1_048_576
CHUNK_BYTES = 262_144
BODY_SECONDS_MAX = 60.0
EMPTY_DIGEST = hashlib.sha256().hexdigest()


@dataclass(slots=True)
class Body:
    """A whole request body: its size, its SHA-256, and its bytes or the file that holds them."""

    size: int
    digest: str
    content: bytes = b""
    file: IO[bytes] | None = None

    async def chunks(self) -> AsyncIterator[bytes]:
        """Read it from the file, part by part."""
        if self.file is not None:
            await asyncio.to_thread(self.file.seek, 0)
            while chunk := await asyncio.to_thread(self.file.read, CHUNK_BYTES):
                yield chunk

    def close(self) -> None:
        """Let go of the file, which then is gone."""
        if self.file is not None:
            self.file.close()


EMPTY = Body(0, EMPTY_DIGEST)


async def read_body(chunks: AsyncIterator[bytes], *, announced: int | None, most: int, folder: Path) -> Body:
    """Take in a body; raises BodyTooLarge, BadRequest when it is not as long as announced, or Unavailable."""
    if announced is not None and announced > most:
        raise BodyTooLarge
    digest = hashlib.sha256()
    body = Body(0, "")
    held: list[bytes] = []
    held_bytes = 0
    try:
        async with asyncio.timeout(BODY_SECONDS_MAX):
            async for chunk in chunks:
                body.size += len(chunk)
                if body.size > most:
                    raise BodyTooLarge
                digest.update(chunk)
                held.append(chunk)
                held_bytes += len(chunk)
                if body.size > MEMORY_BYTES_MAX and held_bytes >= CHUNK_BYTES:
                    await _spool(body, held, folder)
                    held, held_bytes = [], 0
        if announced is not None and announced != body.size:
            raise BadRequest("The body is not as long as its header says.")
        if body.file is not None and held:
            await _spool(body, held, folder)
    except BaseException as error:
        body.close()
        if isinstance(error, TimeoutError):
            raise BadRequest("The request took too long to arrive.") from error
        if isinstance(error, OSError):
            raise Unavailable from error
        raise
    body.digest = digest.hexdigest()
    body.content = b"" if body.file is not None else b"".join(held)
    return body


async def _spool(body: Body, chunks: list[bytes], folder: Path) -> None:
    if body.file is None:
        body.file = await asyncio.to_thread(_nameless_file, folder)
    await asyncio.to_thread(body.file.writelines, chunks)


def _nameless_file(folder: Path) -> IO[bytes]:
    """Open a file that nobody else can open and that a crash leaves nothing of."""
    folder.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryFile(dir=folder)
