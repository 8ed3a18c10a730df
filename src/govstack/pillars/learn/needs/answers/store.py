"""Rows of responses: added and never changed, but for words that are taken away with an erased person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from govstack.kernel.db import Transaction, queries
from govstack.pillars.learn.needs.answers.model import Kept
from govstack.pillars.learn.needs.campaigns.model import Rater

SQL = queries(__file__)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A response with its packed answers and its sealed words, and those who attended, each as person and words."""

    kept: Kept
    pack: bytes
    words: bytes | None
    attendance: tuple[tuple[str | None, bytes | None], ...] = ()


async def add(tx: Transaction, responses: Sequence[Sealed]) -> None:
    """Add responses; one whose id is there stays as it is."""
    await SQL.add(
        tx,
        [
            {
                "id": one.kept.id, "campaign_id": one.kept.campaign_id, "member_id": one.kept.member_id,
                "rater": str(one.kept.rater), "rater_id": one.kept.rater_id, "meeting": one.kept.meeting,
                "answered_at": one.kept.answered_at, "received_at": one.kept.received_at,
                "language": one.kept.language, "confidence": one.kept.confidence, "answers": one.kept.answers,
                "pack": one.pack, "words_sealed": one.words, "digest": one.kept.digest,
            }
            for one in responses
        ],
    )  # fmt: skip


async def stand(tx: Transaction, responses: Sequence[Sealed]) -> None:
    """Let responses count where none that is newer does, and keep who attended."""
    # In one order for all, so that two batches at once never wait for each other in a circle.
    ordered = sorted((one.kept for one in responses), key=lambda one: (one.member_id, one.rater, one.meeting))
    await SQL.stand(
        tx,
        [
            {
                "member_id": one.member_id, "rater": str(one.rater), "meeting": one.meeting,
                "campaign_id": one.campaign_id, "response_id": one.id, "answered_at": one.answered_at,
            }
            for one in ordered
        ],
    )  # fmt: skip
    attended = [
        {"response_id": one.kept.id, "place": place, "person_id": person_id, "words_sealed": words}
        for one in responses
        for place, (person_id, words) in enumerate(one.attendance)
    ]
    if attended:
        await SQL.attend(tx, attended)


async def digests(tx: Transaction, response_ids: Sequence[str]) -> dict[str, str]:
    """Return the digests of responses that are there."""
    return {str(row["id"]): str(row["digest"]) for row in await SQL.digests(tx, ids=list(response_ids))}


async def about(tx: Transaction, member_id: str, *, limit: int) -> list[tuple[Kept, bytes | None]]:
    """Return responses about somebody with their sealed words, newest first."""
    rows = await SQL.about(tx, member_id=member_id, limit=limit)
    return [_kept(row) for row in rows]


def _kept(row: dict[str, object]) -> tuple[Kept, bytes | None]:
    words = row.pop("words_sealed")
    rater = Rater(str(row.pop("rater")))
    return Kept(rater=rater, **row), words  # type: ignore[arg-type, return-value]


async def standing(tx: Transaction, *, campaign_id: str, response_ids: Sequence[str]) -> list[tuple[Kept, str]]:
    """Return responses that count with the person that each is about, the first given first; nobody who was erased."""
    rows = await SQL.standing(tx, campaign_id=campaign_id, responses=list(response_ids))
    found = []
    for row in rows:
        person_id = str(row.pop("person_id"))
        found.append((_kept(row)[0], person_id))
    return found


async def standing_of(tx: Transaction, members: Sequence[str]) -> set[tuple[str, str]]:
    """Return which members were rated, each with the kind of rater."""
    rows = await SQL.standing_of(tx, members=list(members))
    return {(str(row["member_id"]), str(row["rater"])) for row in rows}


async def newest_of(tx: Transaction, members: Sequence[str]) -> dict[tuple[str, str], str]:
    """Return when members were last rated, by member and kind of rater."""
    rows = await SQL.newest_of(tx, members=list(members))
    return {(str(row["member_id"]), str(row["rater"])): str(row["answered_at"]) for row in rows}


async def attendance_of(tx: Transaction, responses: Sequence[str]) -> dict[str, list[tuple[str | None, bytes | None]]]:
    """Return who attended by response: the person and the sealed words."""
    found: dict[str, list[tuple[str | None, bytes | None]]] = {}
    for row in await SQL.attendance_of(tx, responses=list(responses)):
        found.setdefault(row["response_id"], []).append((row["person_id"], row["words_sealed"]))
    return found


async def exported(tx: Transaction, campaign_id: str, *, after: str, limit: int) -> list[dict[str, object]]:
    """Return responses of a campaign with whom they are about, by id."""
    return list(await SQL.exported(tx, campaign_id=campaign_id, after=after, limit=limit))


async def begin(
    tx: Transaction, *, member_id: str, rater: Rater, rater_id: str, response_id: str, words: bytes, changed_at: str
) -> None:
    """Keep answers that were begun."""
    await SQL.begin(
        tx, member_id=member_id, rater=str(rater), rater_id=rater_id, response_id=response_id, words_sealed=words,
        changed_at=changed_at,
    )  # fmt: skip


async def begun(tx: Transaction, *, member_id: str, rater: Rater, rater_id: str) -> tuple[str, bytes] | None:
    """Return answers that were begun: the id the response will have, and the sealed answers."""
    row = await SQL.begun(tx, member_id=member_id, rater=str(rater), rater_id=rater_id)
    return None if row is None else (row["response_id"], row["words_sealed"])


async def begun_by(tx: Transaction, rater_id: str, *, limit: int) -> set[tuple[str, str]]:
    """Return what somebody has begun: members, each with the kind of rater."""
    return {(row["member_id"], row["rater"]) for row in await SQL.begun_by(tx, rater_id=rater_id, limit=limit)}


async def end_begun(tx: Transaction, *, member_id: str, rater: Rater, rater_id: str) -> None:
    """Let go of answers that were begun."""
    await SQL.end_begun(tx, member_id=member_id, rater=str(rater), rater_id=rater_id)


async def let_go(tx: Transaction, *, campaigns: Sequence[str]) -> None:
    """Take away what tells of people in campaigns: words about them, who rated, who met, what they began."""
    await SQL.let_go_words(tx, campaigns=list(campaigns))
    await SQL.let_go_attendance(tx, campaigns=list(campaigns))
    await SQL.let_go_begun(tx, campaigns=list(campaigns))


async def forget(tx: Transaction, *, person_id: str, members: Sequence[str]) -> None:
    """Take away what tells of a person: words about them, their name as rater and at meetings, what they began."""
    await SQL.forget_about(tx, members=list(members))
    await SQL.forget_rater(tx, person_id=person_id)
    await SQL.forget_attendance(tx, person_id=person_id)
    await SQL.forget_begun(tx, person_id=person_id, members=list(members))
