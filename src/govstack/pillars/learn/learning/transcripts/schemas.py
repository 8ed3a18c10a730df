"""Wire shapes of taking along."""

from __future__ import annotations

import msgspec

from govstack.kernel.routing import Answer
from govstack.kernel.sheets import Format
from govstack.pillars.learn.learning.transcripts.errors import UnknownFormat


class FileQuery(msgspec.Struct, frozen=True):
    """Which kind of file; lang changes the language of what is in it."""

    format: str = "csv"
    lang: str = ""

    def kind(self) -> Format:
        """Return the kind; raises UnknownFormat."""
        if self.format not in set(Format):
            raise UnknownFormat
        return Format(self.format)


def file_answer(content: bytes, kind: Format) -> Answer:
    """Return a file of rows."""
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="badges.{kind.value}"'}
    return Answer(body=content, media_type=kind.media_type, headers=headers)


def record_answer(token: str) -> Answer:
    """Return a signed record as a file."""
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="record.jwt"'}
    return Answer(body=token.encode(), media_type="application/vc+jwt", headers=headers)
