"""Pages of files of answers: send one, see those that were sent; and send one's own."""

from __future__ import annotations

from collections.abc import AsyncIterator

from govstack.kernel.errors import BadRequest, NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, Upload, by_policy, needs
from govstack.kernel.sheets import format_of
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.presenters import Cell, Words, framed, in_language
from govstack.pillars.learn.intake import presenters
from govstack.pillars.learn.intake.errors import TooManyFiles
from govstack.pillars.learn.needs.answers import service as answers
from govstack.pillars.learn.needs.campaigns import service as campaigns
from govstack.pillars.learn.needs.campaigns.model import Rater
from govstack.pillars.learn.needs.uploads import service
from govstack.pillars.learn.needs.uploads.errors import WrongKind
from govstack.pillars.learn.needs.uploads.model import PAGE_BYTES_MAX
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of assessments",))
FILES = "/campaigns/{campaignId}/uploads"
OWN = "/assessments/{memberId}/{rater}/file"
OWN_BYTES_MAX = 4 << 20


@routes.page(FILES, access=needs(PLAN), operation_id="uploadsPage")
async def ask(call: Call) -> Page:
    """Ask for a file of answers."""
    return await _asked(call, {})


@routes.form(FILES, access=needs(PLAN), body_bytes_max=PAGE_BYTES_MAX, operation_id="uploadForm")
async def send(call: Call) -> Page | Redirect:
    """Receive a file of answers."""
    words, upload = Words(call.language), call.files.get("file")
    campaign_id = call.path["campaignId"]
    if upload is None or not upload.name:
        return await _asked(call, {"file": words(_("Choose a file"))})
    kind = format_of(media_type=upload.media_type, file_name=upload.name)
    if kind is None:
        return await _asked(call, {"file": words.said(WrongKind.title)})
    try:
        made = await service.start(
            call.context, by=call.actor, campaign_id=campaign_id, kind=kind, content=_content(upload)
        )
    except (BadRequest, TooManyFiles) as problem:
        return await _asked(call, {"file": words.said(problem.detail)})
    return Redirect(f"/files/{made.id}")


async def _content(upload: Upload) -> AsyncIterator[bytes]:
    yield upload.content


async def _asked(call: Call, errors: dict[str, str]) -> Page:
    campaign = await campaigns.campaign(call.context, campaign_id=call.path["campaignId"])
    found = await service.listed(call.context, campaign_id=campaign.id)
    values = {
        "campaign": campaign.id, "name": in_language(campaign.given.titles, call.language),
        "rows": presenters.rows(found, Words(call.language)), "errors": errors,
    }  # fmt: skip
    return framed(call, "campaigns", "uploads.html", values)


@routes.page(OWN, access=by_policy("who may rate whom"), operation_id="ownFilePage")
async def ask_own(call: Call) -> Page:
    """Ask for the file that a form without a connection made."""
    return _own(call, await _ask(call), {}, [])


@routes.form(OWN, access=by_policy("who may rate whom"), body_bytes_max=OWN_BYTES_MAX, operation_id="ownFileForm")
async def send_own(call: Call) -> Page | Redirect:
    """Take the answers of one's own file in."""
    words, upload, ask_ = Words(call.language), call.files.get("file"), await _ask(call)
    if upload is None or not upload.name:
        return _own(call, ask_, {"file": words(_("Choose a file"))}, [])
    kind = format_of(media_type=upload.media_type, file_name=upload.name)
    if kind is None:
        return _own(call, ask_, {"file": words.said(WrongKind.title)}, [])
    try:
        found = await service.own(call.context, by=call.actor, ask=ask_, kind=kind, content=upload.content)
    except BadRequest as problem:
        return _own(call, ask_, {"file": words.said(problem.detail)}, [])
    if found:
        wrong = {"file": words(_("Some answers of the file cannot be taken. The others were."))}
        return _own(call, ask_, wrong, presenters.refusals(found, words))
    return Redirect("/assessments", notice=words(_("The answers of your file are here.")))


def _own(call: Call, ask_: answers.Ask, errors: dict[str, str], rows: list[tuple[Cell, ...]]) -> Page:
    here = f"/assessments/{ask_.member.id}/{ask_.rater}"
    values = {"here": here, "name": in_language(ask_.campaign.given.titles, call.language), "rows": rows}
    return framed(call, "assessments", "own_file.html", {**values, "errors": errors})


async def _ask(call: Call) -> answers.Ask:
    if call.path["rater"] not in set(Rater):
        raise NotFound
    rater = Rater(call.path["rater"])
    return await answers.asked(call.context, by=call.actor, member_id=call.path["memberId"], rater=rater)
