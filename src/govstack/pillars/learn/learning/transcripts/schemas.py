"""Wire shapes of taking along."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from govstack.kernel.routing import Answer
from govstack.pillars.learn.downloads import schemas as downloads


class FileQuery(downloads.FileQuery, frozen=True):
    """Which kind of file; lang changes the language of what is in it."""

    lang: Annotated[str, Meta(max_length=12)] = ""


def record_answer(token: str) -> Answer:
    """Return a signed record as a file."""
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="record.jwt"'}
    return Answer(body=token.encode(), media_type="application/vc+jwt", headers=headers)
