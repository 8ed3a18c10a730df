"""Archives for those who look after messaging: what left the tables, whether the files are sound, and the way back."""

from __future__ import annotations

import msgspec

from govstack.blocks.messaging.archives import presenters, service
from govstack.blocks.messaging.archives.model import SHOWN_MAX, Soundness
from govstack.blocks.messaging.senders import service as senders
from govstack.blocks.messaging.senders.presenters import Words, framed
from govstack.blocks.messaging.senders.service import ADMINISTER
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, signed_in
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("archive pages",))
ARCHIVE = "/archives/{archiveId}"


class ArchivesQuery(msgspec.Struct, frozen=True):
    """Where the list goes on."""

    before: int = 0
    lang: str = ""


@routes.page("/archives", access=signed_in(), query=ArchivesQuery, operation_id="archivesPage")
async def archives(call: Call) -> Page:
    """Show how archived messages ended by month, and list archives."""
    words, before = Words(call.language), max(call.query.before, 0)
    found = await service.archives(call.context, by=call.actor, before=before)
    values = {
        "days": call.context.settings.number(service.DAYS_SETTING),
        "month_labels": presenters.month_labels(words),
        "months": presenters.month_rows(words, await service.months(call.context, by=call.actor)),
        "rows": presenters.rows(words, found),
        "first_href": "/archives" if before else "",
        "next_href": f"/archives?before={found[-1].number}" if len(found) == SHOWN_MAX else "",
    }
    return framed(call, "archives", "archives.html", values)


@routes.page(ARCHIVE, access=signed_in(), operation_id="archivePage")
async def archive(call: Call) -> Page:
    """Show an archive, and whether its file is sound."""
    words = Words(call.language)
    found, soundness = await service.archive(call.context, by=call.actor, archive_id=call.path["archiveId"])
    values = {
        "archive": found,
        "facts": presenters.facts(words, found),
        "soundness": presenters.soundness(words, soundness),
        "restores": call.actor.may(ADMINISTER) and soundness is Soundness.SOUND and not found.restored_at,
    }
    return framed(call, "archives", "archive.html", values)


@routes.page(ARCHIVE + "/restore", access=signed_in(), operation_id="restoreArchivePage")
async def ask_restore(call: Call) -> Page:
    """Ask whether an archive shall be brought back."""
    senders.require(call.actor)
    found, _soundness = await service.archive(call.context, by=call.actor, archive_id=call.path["archiveId"])
    return framed(call, "archives", "archive_restore.html", {"archive": found})


@routes.form(ARCHIVE + "/restore", access=signed_in(), operation_id="restoreArchiveForm")
async def restore(call: Call) -> Redirect:
    """Bring an archive back."""
    archive_id = call.path["archiveId"]
    await service.restore(call.context, by=call.actor, archive_id=archive_id)
    return Redirect(f"/archives/{archive_id}", notice=Words(call.language)(_("The archive was brought back.")))
