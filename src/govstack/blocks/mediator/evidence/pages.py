"""One message with its proof, its evidence as a file, and the check of such files (I30, I32)."""

from __future__ import annotations

import asyncio

import msgspec
from cryptography.hazmat.primitives import serialization

from govstack.blocks.mediator.directory.presenters import Words, framed
from govstack.blocks.mediator.evidence import model, presenters, service
from govstack.blocks.mediator.evidence.model import Direction, Proven
from govstack.blocks.mediator.explorer import service as explorer
from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, signed_in
from govstack.web.answers import Page

routes = Routes(tags=("message pages",))
MESSAGE = "/messages/{messageId}"
FILE_BYTES_MAX = 50_000_000


@routes.page(MESSAGE, access=signed_in(), operation_id="messagePage")
async def one_message(call: Call) -> Page:
    """Show a message: who asked whom for what, how it ended, and whether its entries stand up to being checked."""
    words = Words(call.language)
    found = await service.message(call.context, by=call.actor, message_id=call.path["messageId"])
    sides = [
        presenters.side(words, one) for one in sorted(found, key=lambda one: one.entry.message.direction == "answer")
    ]
    last = max(found, key=lambda one: one.entry.message.direction == "answer").entry.message
    names = await explorer.names(call.context, [last.client, last.provider])
    text, sign = presenters.outcome(words, last)
    values = {
        "message": last,
        "title": words(
            _("{client} asked {provider}"),
            client=presenters.named(names, last.client),
            provider=presenters.named(names, last.provider),
        ),
        "outcome": text,
        "sign": sign,
        "reason": presenters.reason(words, last.reason) if last.reason else "",
        "parties": presenters.parties(words, last, names),
        "sides": sides,
        "sound": all(side.sound for side in sides),
        "under_way": last.direction == "request",
        "signers": await _signers(call, found),
    }
    return framed(call, "traffic", "message.html", values)


@routes.page(MESSAGE + "/{direction}/evidence", access=signed_in(), operation_id="downloadEvidence")
async def download(call: Call) -> Answer:
    """Give one request or answer as a file that proves it to third parties."""
    direction, message_id = _direction(call), call.path["messageId"]
    lines = await service.proof(call.context, by=call.actor, message_id=message_id, direction=direction)
    name = f"{message_id}-{direction}.jsonl"
    headers = {"Content-Type": "application/jsonl", "Content-Disposition": f'attachment; filename="{name}"'}
    return Answer(status=200, stream=lines, headers=headers)


@routes.page("/evidence", access=signed_in(), operation_id="checkEvidencePage")
async def ask_file(call: Call) -> Page:
    """Ask for a file of evidence to check."""
    return await _check_page(call, None, {})


@routes.form("/evidence", access=signed_in(), operation_id="checkEvidenceForm", body_bytes_max=FILE_BYTES_MAX)
async def check_file(call: Call) -> Page:
    """Check a file against the authorities of this instance, and say what was found."""
    upload, words = call.files.get("file"), Words(call.language)
    if upload is None or not upload.content:
        return await _check_page(call, None, {"file": words(_("Choose the file to check"))})
    trusted = [model.fingerprint(one.pem) for one in await service.authorities(call.context)]
    # Checking a long file is work for a processor: others must not wait for it.
    found = await asyncio.to_thread(model.verify, upload.content.splitlines(), authorities=trusted)
    return await _check_page(call, found, {})


async def _check_page(call: Call, found: model.Verification | None, errors: dict[str, str]) -> Page:
    authorities = [
        (model.fingerprint(one.pem), one.issued_at, one.pem) for one in await service.authorities(call.context)
    ]
    values = {"found": found, "places": presenters.PLACES, "authorities": authorities, "errors": errors}
    return framed(call, "traffic", "evidence.html", values, status=400 if errors else 200)


async def _signers(call: Call, found: list[Proven]) -> list[presenters.Signer]:
    """Return the certificates of the keys that signed, as each proof carries them."""
    kids = {one.entry.kid: one.entry.message.direction for one in found}
    signers = []
    for kid, direction in kids.items():
        lines = await service.proof(call.context, by=call.actor, message_id=call.path["messageId"], direction=direction)
        header = msgspec.json.decode(await anext(lines), type=model.Header)
        await lines.aclose()  # type: ignore[attr-defined]
        holder = model.holders(header.authorities, header.certificates).get(kid)
        if holder is not None:
            pem = holder.loaded.public_bytes(serialization.Encoding.PEM).decode("ascii")
            signers.append(presenters.signer(kid, holder, pem))
    return signers


def _direction(call: Call) -> Direction:
    if call.path["direction"] == "request":
        return "request"
    if call.path["direction"] == "answer":
        return "answer"
    raise NotFound
