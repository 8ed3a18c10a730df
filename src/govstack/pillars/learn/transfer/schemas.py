"""Which file is asked for or sent, and a file as an answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Literal

import msgspec

from govstack.kernel.routing import Answer, Call, Upload
from govstack.kernel.sheets import Format, format_of
from govstack.pillars.learn.records.model import Kind
from govstack.pillars.learn.transfer.errors import UnknownFormat


class ExportQuery(msgspec.Struct, frozen=True):
    """What the file is."""

    format: Literal["csv", "xlsx", "json"] = "csv"


class ImportQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Whether rows are only checked, without writing any."""

    check_only: bool = False


def format_sent(call: Call) -> Format:
    """Return the format that the content type of a body says; raises UnknownFormat."""
    found = format_of(media_type=call.content_type)
    if found is None:
        raise UnknownFormat
    return found


def format_of_upload(upload: Upload) -> Format:
    """Return the format that the name or type of an uploaded file says; raises UnknownFormat."""
    found = format_of(media_type=upload.media_type, file_name=upload.name)
    if found is None:
        raise UnknownFormat
    return found


def file_answer(kind: Kind, file: Format, stream: AsyncIterator[bytes]) -> Answer:
    """Return a file as an answer that is sent as it is made, and that nobody keeps on the way."""
    charset = "" if file is Format.XLSX else "; charset=utf-8"
    headers = {
        "Content-Disposition": f'attachment; filename="{kind.plural}.{file.value}"', "Cache-Control": "no-store"
    }  # fmt: skip
    return Answer(stream=stream, media_type=file.media_type + charset, headers=headers)
