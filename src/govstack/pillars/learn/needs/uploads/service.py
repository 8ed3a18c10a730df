"""Use cases of files of answers: what takes their rows in, and one's own file of a form without a connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Sequence

import msgspec

from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import BadRequest
from govstack.kernel.sheets import ROWS_MAX, Format, Line
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.intake import service as intake
from govstack.pillars.learn.intake.errors import UnknownFile
from govstack.pillars.learn.intake.model import CHARACTERS_AT_ONCE, Given, Intake, Part, Refusal
from govstack.pillars.learn.needs.answers import service as answers
from govstack.pillars.learn.needs.answers.model import Response, Taken, Taking
from govstack.pillars.learn.needs.campaigns import service as campaigns
from govstack.pillars.learn.needs.campaigns.errors import NotOpen
from govstack.pillars.learn.needs.campaigns.model import Campaign
from govstack.pillars.learn.needs.campaigns.model import State as CampaignState
from govstack.pillars.learn.needs.uploads.errors import UnknownUpload
from govstack.pillars.learn.needs.uploads.model import FILE_BYTES_MAX, ROWS_AT_ONCE, TOO_MANY_ROWS, Reader

ROOM = "answers"
READ_AT_ONCE_BYTES_MAX = 256 * 1024


async def start(
    context: Context, *, by: Actor, campaign_id: str, kind: Format, content: AsyncIterable[bytes]
) -> Intake:
    """Receive a file of answers to a campaign; a small one is read at once, others by a durable job.

    Raises UnknownCampaign, NotOpen for a plan, TooManyFiles, TooLarge, EmptyFile.
    """
    campaign = await campaigns.campaign(context, campaign_id=campaign_id)
    if campaign.state is CampaignState.DRAFT:
        raise NotOpen
    given = Given(ROOM, campaign_id, PLAN)
    made = await intake.start(context, by=by, given=given, kind=kind, content=content, bytes_max=FILE_BYTES_MAX)
    if made.size <= READ_AT_ONCE_BYTES_MAX:
        await intake.read(context, rooms={ROOM: FILES}, intake_id=made.id)
    return await upload(context, by=by, upload_id=made.id, campaign_id=campaign_id)


async def opening(context: Context, by: Actor, given: Given) -> _Answers:
    """Return what takes the rows of a file in as answers to its campaign."""
    return _Answers(context, by, await campaigns.campaign(context, campaign_id=given.about))


FILES = intake.Room(opening, lambda _about: "campaigns", lambda about: f"/campaigns/{about}/uploads")


class _Answers:
    """Takes rows in as responses to a campaign."""

    rows_at_once, rows_max = ROWS_AT_ONCE, ROWS_MAX

    def __init__(self, context: Context, by: Actor, campaign: Campaign) -> None:
        self._context, self._by, self._campaign = context, by, campaign
        self._reader: Reader | None = None

    def refuse_columns(self, columns: Sequence[str]) -> None:
        """Raise WrongColumns where the columns are not those of the campaign."""
        self._reads(columns)

    def _reads(self, columns: Sequence[str]) -> Reader:
        if self._reader is None or self._reader.columns != tuple(columns):
            self._reader = Reader(self._campaign, columns)
        return self._reader

    async def ready(self, columns: Sequence[str], lines: Sequence[Line]) -> intake.Writing:
        """Check rows; return what takes in the responses of those that fit."""
        reader = self._reads(columns)
        refused, ready = _sorted_out(reader, lines)
        taking = await answers.checked(
            self._context, by=self._by, campaign_id=self._campaign.id, responses=[one for _line, one in ready]
        )

        async def write(tx: Transaction) -> Part:
            taken = await taking(tx)
            return _told(reader, refused, [line for line, _one in ready], taken)

        return write


def _sorted_out(reader: Reader, lines: Sequence[Line]) -> tuple[list[Refusal], list[tuple[Line, Response]]]:
    """Return the rows that are no responses, and the responses of the others."""
    refused: list[Refusal] = []
    ready: list[tuple[Line, Response]] = []
    for line in lines:
        response, faults = (None, {"": line.fault}) if line.fault else reader.read(line.cells)
        if response is None:
            refused.append(Refusal(line.number, faults, reader.cells(line.cells)))
        else:
            ready.append((line, response))
    return refused, ready


def _told(reader: Reader, refused: Sequence[Refusal], lines: Sequence[Line], taken: Sequence[Taken]) -> Part:
    more = [
        Refusal(line.number, one.fields, reader.cells(line.cells))
        for line, one in zip(lines, taken, strict=True)
        if one.taking is Taking.REFUSED
    ]
    counts = [one.taking for one in taken]
    return Part(counts.count(Taking.ADDED), counts.count(Taking.KNOWN), [*refused, *more])


async def upload(context: Context, *, by: Actor, upload_id: str, campaign_id: str) -> Intake:
    """Return a file of answers; raises UnknownUpload, also when it belongs to another campaign."""
    try:
        found = await intake.found(context, by=by, intake_id=upload_id)
    except UnknownFile as error:
        raise UnknownUpload from error
    if (found.room, found.about) != (ROOM, campaign_id):
        raise UnknownUpload
    return found


async def listed(context: Context, *, campaign_id: str) -> list[Intake]:
    """Return the files of a campaign, newest first."""
    return await intake.listed(context, room=ROOM, about=campaign_id)


async def own(context: Context, *, by: Actor, ask: answers.Ask, kind: Format, content: bytes) -> list[Refusal]:
    """Take in what somebody answered without a connection, about whom they are asked for; return what was refused.

    Raises FileUnreadable, WrongColumns, and BadRequest for a file of many rows.
    """
    table = await asyncio.to_thread(intake.table_of, kind, content)
    lines = await asyncio.to_thread(table.take, ROWS_AT_ONCE, CHARACTERS_AT_ONCE)
    reader = Reader(ask.campaign, table.columns, about_needed=False)
    if len(lines) >= ROWS_AT_ONCE:
        raise BadRequest(TOO_MANY_ROWS)
    about = (ask.member.person_id if ask.campaign.personal else ask.member.organisation_id) or ""
    refused, found = _sorted_out(reader, lines)
    ready = [(line, msgspec.structs.replace(one, about=about, rater=ask.rater)) for line, one in found]
    taken = await answers.add(
        context, by=by, campaign_id=ask.campaign.id, responses=[response for _line, response in ready]
    )
    return list(_told(reader, refused, [line for line, _one in ready], taken).refused)
