"""What comes of an enrolment that is committed."""

from __future__ import annotations

import msgspec

from govstack.blocks.identity.packets.model import Kind, Piece
from govstack.blocks.identity.people.model import EVIDENCE_CHARACTERS_MAX, EVIDENCE_MAX, Evidence


class Outcome(msgspec.Struct, frozen=True):
    """The number that was given, to be handed to the person, and whether they were told by a message."""

    vid: str = ""
    told: bool = False


def evidence_of(enrolment_id: str, pieces: list[Piece]) -> list[Evidence]:
    """Return what a change rests on: the documents of the enrolment, by their place and hash."""
    documents = [one for one in pieces if one.kind is Kind.DOCUMENT]
    return [
        Evidence(
            (one.type or one.name)[:EVIDENCE_CHARACTERS_MAX],
            f"enrolment/{enrolment_id}/{one.name} sha256:{one.digest} {one.number}".strip()[:EVIDENCE_CHARACTERS_MAX],
        )
        for one in documents[:EVIDENCE_MAX]
    ]
