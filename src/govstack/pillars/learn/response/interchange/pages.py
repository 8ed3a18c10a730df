"""The page on which the training unit takes courses and sessions out as files, and puts them back."""

from __future__ import annotations

from govstack.kernel.errors import Problem
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.pillars.learn.downloads.schemas import FileQuery
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.presenters import Words, framed, repeated
from govstack.pillars.learn.response.interchange import schemas, service
from govstack.pillars.learn.response.interchange.errors import ColumnsWrong
from govstack.pillars.learn.response.interchange.model import FILE_BYTES_MAX, Taken, What
from govstack.web.answers import Page

routes = Routes(tags=("pages of the training desk",))
PLACE = "/desk/course-files"


@routes.page(PLACE, access=needs(PLAN), operation_id="courseFilesPage")
async def ask(call: Call) -> Page:
    """Show the files to take out, and ask for one to put back."""
    return _page(call, {}, None)


@routes.page(f"{PLACE}/offerings", access=needs(PLAN), query=FileQuery, operation_id="offeringsFile")
async def offerings_file(call: Call) -> Answer:
    """Take every course out as a file."""
    return schemas.file_of(What.OFFERINGS, call.query.format, await service.all_offerings(call.context))


@routes.page(f"{PLACE}/sessions", access=needs(PLAN), query=FileQuery, operation_id="sessionsFile")
async def sessions_file(call: Call) -> Answer:
    """Take every session out as a file."""
    return schemas.file_of(What.SESSIONS, call.query.format, await service.all_sessions(call.context))


@routes.form(PLACE, access=needs(PLAN), body_bytes_max=FILE_BYTES_MAX, operation_id="courseFilesForm")
async def take(call: Call) -> Page:
    """Take a file in and say what became of each row."""
    words, upload, chosen = Words(call.language), call.files.get("file"), call.form.get("what", "")
    errors = {} if chosen in set(What) else {"what": _("Choose one.")}
    if upload is None or not upload.content:
        errors["file"] = _("Choose a file")
    if errors or upload is None:
        return _page(call, errors, None, status=400)
    try:
        kind = schemas.format_sent(upload.media_type, upload.name)
        taken = await service.take(call.context, by=call.actor, what=What(chosen), kind=kind, content=upload.content)
    except Problem as problem:
        columns = repeated(problem.columns, words) if isinstance(problem, ColumnsWrong) else ""
        why = words.said(problem.detail or problem.title)
        return _page(call, {"file": f"{why} {columns}".strip()}, None, status=problem.status)
    return _page(call, {}, taken)


def _page(call: Call, errors: dict[str, str], taken: Taken | None, *, status: int | None = None) -> Page:
    words = Words(call.language)
    faults = [({"number": one.row}, one.column, words.said(one.why)) for one in taken.faults] if taken else []
    values = {
        "place": PLACE, "taken": taken, "faults": faults, "errors": errors, "what": call.form.get("what", ""),
        "kinds": [(What.OFFERINGS.value, words(_("Courses"))), (What.SESSIONS.value, words(_("Sessions")))],
        "formats": ("csv", "xlsx", "json"),
    }  # fmt: skip
    return framed(call, "desk", "course_files.html", values, status=status)
