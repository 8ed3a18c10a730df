"""The page on which the training unit enters ratings from a file."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs
from govstack.kernel.sheets import format_of
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.intake.errors import TooManyFiles
from govstack.pillars.learn.intake.model import Intake
from govstack.pillars.learn.needs.entering import service
from govstack.pillars.learn.needs.entering.model import COLUMNS, REQUIRED, Entered
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of skills",))
FILE_BYTES_MAX = 20_000_000


@routes.page("/enter-ratings", access=needs(PLAN), operation_id="enterRatingsPage")
async def ask(call: Call) -> Page:
    """Ask for a file of ratings."""
    return _page(call, {}, None)


@routes.form("/enter-ratings", access=needs(PLAN), operation_id="enterRatingsForm", body_bytes_max=FILE_BYTES_MAX)
async def enter(call: Call) -> Page | Redirect:
    """Enter the ratings of a file, and say what became of each row; a large one is followed on a page of its own."""
    words, upload = Words(call.language), call.files.get("file")
    if upload is None or not upload.content:
        return _page(call, {"file": words(_("Choose a file that is not empty."))}, None)
    kind = format_of(media_type=upload.media_type, file_name=upload.name)
    if kind is None:
        return _page(call, {"file": words(_("Send a CSV file, a spreadsheet (.xlsx) or JSON."))}, None)
    try:
        told = await service.enter(call.context, by=call.actor, file=kind, content=upload.content)
    except (BadRequest, TooManyFiles) as problem:
        return _page(call, {"file": words.said(problem.detail)}, None)
    if isinstance(told, Intake):
        return Redirect(f"/files/{told.id}")
    return _page(call, {}, told)


def _page(call: Call, errors: dict[str, str], told: Entered | None) -> Page:
    words = Words(call.language)
    values = {
        "errors": errors,
        "told": told,
        "faults": [(str(one.row), words(one.fault)) for one in told.rows] if told else [],
        "columns": [(name, name in REQUIRED) for name in COLUMNS],
    }
    return framed(call, "gaps", "enter_ratings.html", values, status=400 if errors else 200)
