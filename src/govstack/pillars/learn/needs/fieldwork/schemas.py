"""Which form to take along."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.kernel.routing import Answer
from govstack.kernel.sheets import Format


class FormQuery(msgspec.Struct, frozen=True):
    """In which language; the reader's unless one is named."""

    language: Annotated[str, Meta(max_length=12)] = ""


def workbook_answer(content: bytes, name: str) -> Answer:
    """Return a workbook to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"', "Cache-Control": "no-store"}
    return Answer(body=content, media_type=Format.XLSX.media_type, headers=headers)
