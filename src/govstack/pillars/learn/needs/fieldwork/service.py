"""Use cases of forms to take along: the files of a campaign for other programs."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Iterable, Mapping
from typing import Any

from govstack.kernel.context import Context
from govstack.pillars.learn.needs.campaigns import service as campaigns
from govstack.pillars.learn.needs.campaigns.errors import NotOpen
from govstack.pillars.learn.needs.campaigns.model import Campaign, State
from govstack.pillars.learn.needs.fieldwork.model import Labels, choices, columns, settings, survey

_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")


async def campaign(context: Context, *, campaign_id: str) -> Campaign:
    """Return a campaign that has started; raises UnknownCampaign, NotOpen."""
    found = await campaigns.campaign(context, campaign_id=campaign_id)
    if found.state is State.DRAFT:
        raise NotOpen
    return found


async def xlsform(context: Context, *, campaign_id: str, labels: Labels) -> bytes:
    """Return the questions of a campaign as an XLSForm, which ODK, Kobo and others take."""
    found = await campaign(context, campaign_id=campaign_id)
    sheets = {
        "survey": list(survey(found, labels)), "choices": list(choices(found, labels)), "settings": settings(found),
    }  # fmt: skip
    return await asyncio.to_thread(_workbook, sheets)


async def table(context: Context, *, campaign_id: str) -> bytes:
    """Return an empty spreadsheet with the columns that a file of answers may have."""
    found = await campaign(context, campaign_id=campaign_id)
    return await asyncio.to_thread(_workbook, {"answers": [columns(found)]})


def _workbook(sheets: Mapping[str, Iterable[list[str]]]) -> bytes:
    from openpyxl import Workbook  # here and below alone: a start would wait for it, and few need it

    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([_cell(sheet, text) for text in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(sheet: Any, text: str) -> Any:
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, _UNWRITABLE.sub("", text))
    cell.data_type = "s"  # never a formula, whatever an instrument's text begins with
    return cell
