"""Wire shapes of programmes beside their records."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from govstack.kernel.i18n import LANGUAGES
from govstack.kernel.routing import Answer, Call
from govstack.pillars.learn.papers.model import Paper

LANGUAGE = Annotated[str, Meta(pattern=r"^([a-z]{2})?$")]


class PaperQuery(msgspec.Struct, frozen=True):
    """Which file, and in which language ("" is the reader's)."""

    format: Literal["docx", "xlsx", "pdf"] = "pdf"
    language: LANGUAGE = ""


class Approval(msgspec.Struct, frozen=True, rename="camel"):
    """An approval by somebody who read the plan with this fingerprint, which the review tells."""

    fingerprint: Annotated[str, Meta(max_length=100)]


class Review(msgspec.Struct, frozen=True, rename="camel"):
    """Where a programme stands: steps that are done, what it costs by source, and what it lacks.

    `fingerprint` tells this plan from what it becomes when somebody changes it; an approval names it.
    `changed_since_approval` names records of the plan that were written anew or dropped after it was approved.
    """

    steps_done: int
    funding: dict[str, float]
    open_points: list[str]
    fingerprint: str
    state: str
    changed_since_approval: list[str]


def language_of(call: Call) -> str:
    """Return the language that a paper is asked for in."""
    return call.query.language if call.query.language in LANGUAGES else call.language


def paper_answer(body: bytes, kind: Paper) -> Answer:
    """Return a paper as a file that nobody keeps on the way."""
    headers = {
        "Content-Disposition": f'attachment; filename="programme.{kind.value}"', "Cache-Control": "no-store"
    }  # fmt: skip
    return Answer(body=body, media_type=kind.media_type, headers=headers)
