"""Wire shapes of packages; files in stretches, so that a download can be resumed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Annotated
from urllib.parse import parse_qs

import msgspec
from msgspec import Meta

from govstack.kernel.errors import BadRequest
from govstack.kernel.routing import Answer, Call
from govstack.pillars.learn.learning.packages.model import Attempt, Package, asked_range

RECEIVE_SECONDS_MAX = 3_600
VALUES_BYTES_MAX = 8 << 20
Stretch = Callable[[int, int], AsyncIterator[bytes]]


class PackageList(msgspec.Struct, frozen=True):
    """Packages, and before which id the next ones come ("" at the end)."""

    packages: list[Package]
    next: str = ""


class PackagesQuery(msgspec.Struct, frozen=True):
    """Which packages."""

    before: str = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class AttemptList(msgspec.Struct, frozen=True):
    """How far somebody has come in the parts of a package."""

    attempts: list[Attempt]


class Logged(msgspec.Struct, frozen=True):
    """One value that content set."""

    session: str
    place: int
    element: str
    value: str
    at: str


class Log(msgspec.Struct, frozen=True):
    """Every value that content set, in order."""

    values: list[Logged]


async def body_of(call: Call, *, most: int = 0) -> AsyncIterator[bytes]:
    """Yield a body as it comes in, so that a large one is never whole in memory."""
    assert call.stream is not None
    size = 0
    try:
        async with asyncio.timeout(RECEIVE_SECONDS_MAX):
            while True:
                message = await call.stream()
                if message["type"] == "http.disconnect":
                    raise BadRequest("The connection closed before the whole file had arrived.")
                part = message.get("body", b"")
                size += len(part)
                if most and size > most:
                    raise BadRequest("The body is too large.")
                if part:
                    yield part
                if not message.get("more_body", False):
                    return
    except TimeoutError as error:
        raise BadRequest("The file took too long to arrive.") from error


def name_of(call: Call) -> str:
    """Return the name that a raw request gives its file."""
    return parse_qs(call.raw_query).get("name", ["package"])[0]


def stretch_answer(
    call: Call, stretch: Stretch, *, size: int, media_type: str, tag: str, headers: Mapping[str, str]
) -> Answer:
    """Return a file, or the stretch of it that is asked for (RFC 9110 section 14), so that a download can go on."""
    told = {**headers, "Accept-Ranges": "bytes", "ETag": f'"{tag}"', "Cache-Control": "private, max-age=3600"}
    if call.headers.get("if-none-match", "") == f'"{tag}"':
        return Answer(status=304, body=b"", media_type="", headers=told)
    header = call.headers.get("range", "")
    if call.headers.get("if-range", f'"{tag}"') != f'"{tag}"':
        header = ""
    try:
        asked = asked_range(header, size)
    except ValueError:
        return Answer(status=416, body=b"", media_type="", headers={**told, "Content-Range": f"bytes */{size}"})
    first, last = asked or (0, size - 1)
    told["Content-Length"] = str(last - first + 1)
    if asked:
        told["Content-Range"] = f"bytes {first}-{last}/{size}"
    if call.method == "HEAD" or not size:
        return Answer(status=206 if asked else 200, stream=_nothing(), media_type=media_type, headers=told)
    return Answer(status=206 if asked else 200, stream=stretch(first, last), media_type=media_type, headers=told)


async def _nothing() -> AsyncIterator[bytes]:
    empty: tuple[bytes, ...] = ()
    for part in empty:
        yield part
