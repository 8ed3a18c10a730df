"""Pages on which authors take QTI packages in and out."""

from __future__ import annotations

from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.pillars.learn.frame.model import TEACH
from govstack.pillars.learn.frame.presenters import Cell, Words, framed
from govstack.pillars.learn.needs.items.model import Bloom
from govstack.pillars.learn.needs.items.presenters import LANGUAGES, LEVELS, labelled
from govstack.pillars.learn.needs.qti import schemas, service
from govstack.pillars.learn.needs.qti.errors import BadPackage
from govstack.web.answers import Page

routes = Routes(tags=("pages of items",))
FORM_BYTES_MAX = schemas.PACKAGE_BYTES_MAX + 10_000
PAGE_KEPT = 50
OUTCOMES = {
    "new": (_("New"), "new"), "changed": (_("Changed"), "good"), "same": (_("As before"), "off"),
    "kept": (_("Kept aside"), "warn"), "missing": (_("Missing"), "bad"),
}  # fmt: skip


@routes.page("/items-qti", access=needs(TEACH), query=schemas.KeptQuery, operation_id="qtiPage")
async def ask(call: Call) -> Page:
    """Ask for a package, and list what was kept aside."""
    return await _ask(call, {}, call.query.after)


@routes.form("/items-qti", access=needs(TEACH), body_bytes_max=FORM_BYTES_MAX, operation_id="qtiForm")
async def take_in(call: Call) -> Page:
    """Take a package in, and show what became of each file."""
    words, upload = Words(call.language), call.files.get("file")
    if upload is None or not upload.content:
        return await _ask(call, {"file": words(_("Choose a QTI package"))}, "")
    bloom, language = call.form.get("bloom", ""), call.form.get("language", "")
    beside = {
        "competency": call.form.get("competency", "").strip()[:100],
        "bloom": bloom if bloom in set(Bloom) else str(Bloom.KNOWLEDGE),
        "language": language if language in dict(LANGUAGES) else "en",
    }
    try:
        package = schemas.unpacked(upload.content)
    except BadPackage as problem:
        return await _ask(call, {"file": words(problem.detail)}, "")
    outcomes = await service.take_in(call.context, by=call.actor, package=package, beside=beside)
    rows: list[tuple[Cell, ...]] = []
    for one in outcomes:
        label, state = OUTCOMES[one.outcome]
        said = words.set_apart((words(one.reason), *one.notes))
        rows.append((one.file, one.identifier, {"status": words(label), "state": state}, said))
    return framed(call, "items", "qti_taken.html", {"rows": rows})


@routes.page("/items-qti-file", access=needs(TEACH), operation_id="qtiFile")
async def file(call: Call) -> Answer:
    """Hand out the item bank as a QTI package."""
    return await schemas.bank_file(call.context)


@routes.page("/items-qti/{keptId}", access=needs(TEACH), operation_id="keptQtiFile")
async def kept(call: Call) -> Answer:
    """Hand out a file that was kept aside, as it came."""
    found = await service.kept_file(call.context, kept_id=call.path["keptId"])
    headers = {"Content-Disposition": 'attachment; filename="item.xml"'}
    return Answer(body=found.content, media_type="application/xml", headers=headers)


async def _ask(call: Call, errors: dict[str, str], after: str) -> Page:
    words = Words(call.language)
    found = await service.kept(call.context, after=after, limit=PAGE_KEPT)
    rows: list[tuple[Cell, ...]] = [
        (
            {"text": one.file_name, "href": f"/items-qti/{one.id}"},
            one.identifier,
            words(one.reason),
            {"moment": one.kept_at},
        )
        for one in found
    ]
    values = {
        "errors": errors, "kept": rows, "levels": labelled(LEVELS, words), "languages": LANGUAGES,
        "competency": call.form.get("competency", ""), "first": "/items-qti" if after else "",
        "next": f"/items-qti?after={found[-1].id}" if len(found) == PAGE_KEPT else "",
    }  # fmt: skip
    return framed(call, "items", "qti.html", values, status=400 if errors else 200)
