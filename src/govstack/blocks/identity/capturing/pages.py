"""Pages of enrolment: begin, ask, show the answers, commit, and tell people apart. Each works without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import msgspec

from govstack.blocks.identity.capturing import presenters, schemas
from govstack.blocks.identity.capturing import service as questions
from govstack.blocks.identity.capturing.model import Step, way_of
from govstack.blocks.identity.committing import service as committing
from govstack.blocks.identity.deduplication.errors import ReasonMissing, SeveralSame
from govstack.blocks.identity.deduplication.model import Decision
from govstack.blocks.identity.enrolment import service
from govstack.blocks.identity.enrolment.errors import EnrolmentClosed, Incomplete, UnknownIndividual
from govstack.blocks.identity.enrolment.model import CHANGEABLE, Enrolment, State
from govstack.blocks.identity.enrolment.schemas import EnrolmentRequest
from govstack.blocks.identity.enrolment.service import ADJUDICATE, Search
from govstack.blocks.identity.frame.presenters import Words, framed
from govstack.blocks.identity.importing import service as importing
from govstack.blocks.identity.packets import service as packets
from govstack.blocks.identity.packets.model import Content, Process
from govstack.blocks.identity.packets.schemas import packet_of
from govstack.blocks.identity.people.errors import WrongAttribute
from govstack.blocks.identity.people.model import short_code
from govstack.blocks.identity.people.service import ENROL
from govstack.kernel.errors import NotFound, Problem
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("enrolment pages",))
OFFICERS = needs(ENROL)
ONE = "/enrol/{enrolmentId}"
STEP = f"{ONE}/step/{{step}}"
CANDIDATE = f"{ONE}/candidate/{{candidateId}}"
PAGE_SIZE = 50
UPLOAD_BYTES_MAX = 2_500_000
PACKET_BYTES_MAX = 16_000_000
REFRESH_SECONDS = 3
MEDIA_TYPES = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}
CLOSED = _("This enrolment takes nothing more. It was submitted, or has ended.")


class ListQuery(msgspec.Struct, frozen=True):
    """Which enrolments, and which part of the list."""

    state: Literal["", "open", "submitted", "held", "committed", "refused", "abandoned"] = ""
    start: int = 0
    lang: str = ""


class StepQuery(msgspec.Struct, frozen=True):
    """Whether the answers are gone back to afterwards."""

    change: str = ""
    lang: str = ""


@routes.page("/enrol", access=OFFICERS, query=ListQuery, operation_id="enrolmentsPage")
async def listed(call: Call) -> Page:
    """Show the enrolments that an officer began, and those of all to who decides."""
    wanted, start = call.query.state, max(call.query.start, 0)
    found = await service.search(
        call.context, by=call.actor, wanted=Search(state=wanted), limit=PAGE_SIZE + 1, offset=start
    )  # fmt: skip
    more = f"/enrol?state={wanted}&start={start + PAGE_SIZE}" if len(found) > PAGE_SIZE else ""
    words = Words(call.language)
    tabs = [
        (words(text), f"/enrol?state={name}" if name else "/enrol", name == wanted)
        for name, text in (("", _("All")), *((one.value, label) for one, (label, _sign) in presenters.STATES.items()))
    ]
    values = {
        "rows": presenters.rows(words, found[:PAGE_SIZE]), "tabs": tabs, "next": more,
        "first": f"/enrol?state={wanted}" if start else "",
    }  # fmt: skip
    return framed(call, "enrol", "enrolments.html", values)


@routes.page("/enrol/begin", access=OFFICERS, operation_id="enrolmentBeginPage")
async def ask_to_begin(call: Call) -> Page:
    """Ask what the enrolment is for."""
    return _begin_page(call)


@routes.form("/enrol/begin", access=OFFICERS, operation_id="enrolmentBeginForm")
async def begin(call: Call) -> Page | Redirect:
    """Begin an enrolment."""
    if call.form.get("process") not in set(Process):
        return _begin_page(call, wrong=_("Choose what you want to do"))
    one = await service.begin(call.context, by=call.actor, process=Process(call.form["process"]))
    return Redirect(f"/enrol/{one.id}/step/{way_of(one.process).steps[0]}")


@routes.page("/enrol/packet", access=OFFICERS, operation_id="packetPage")
async def ask_for_packet(call: Call) -> Page:
    """Ask for the file of a packet that was made without a connection."""
    return framed(call, "enrol", "enrolment_packet.html", {})


@routes.form("/enrol/packet", access=OFFICERS, body_bytes_max=PACKET_BYTES_MAX, operation_id="packetForm")
async def send_packet(call: Call) -> Page | Redirect:
    """Take in the file of a packet, signed as those that machines send."""
    upload, words = call.files.get("file"), Words(call.language)
    if upload is None or not upload.content:
        return framed(call, "enrol", "enrolment_packet.html", {"errors": {"file": _("Choose a file")}}, status=400)
    try:
        given = msgspec.json.decode(upload.content, type=EnrolmentRequest)
        opened = await packets.opened(
            call.context, by=call.actor, raw=bytes(given.request), signature=given.metadata.signature
        )  # fmt: skip
        received = await service.receive(call.context, by=call.actor, packet=packet_of(opened))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        fault = _("The file is not a packet of an enrolment, or it is damaged")
        return framed(call, "enrol", "enrolment_packet.html", {"errors": {"file": fault}}, status=400)
    except Problem as problem:
        named = words.set_apart(f"{name} {why}" for name, why in problem.fields.items())
        said = f"{words(problem.detail)} {named}".strip()
        return framed(call, "enrol", "enrolment_packet.html", {"errors": {"file": said}}, status=problem.status)
    return Redirect("/enrol", notice=_("The packet was taken in.")) if _foreign(call, received.enrolment) else Redirect(
        f"/enrol/{received.enrolment.id}", notice=_("The packet was taken in.")
    )  # fmt: skip


@routes.page(STEP, access=OFFICERS, query=StepQuery, operation_id="enrolmentStepPage")
async def ask(call: Call) -> Page | Redirect:
    """Ask one small group of questions."""
    return await _step_page(call)


@routes.form(STEP, access=OFFICERS, query=StepQuery, body_bytes_max=UPLOAD_BYTES_MAX, operation_id="enrolmentStepForm")
async def answer(call: Call) -> Page | Redirect:
    """Take in the answers of one page and lead on to the next."""
    one = await _one(call)
    step = _step(call, one)
    if one.state not in CHANGEABLE:
        return Redirect(f"/enrol/{one.id}", notice=CLOSED)
    if step is Step.DOCUMENT:
        return await _add_document(call, one)
    reading = await service.reading_of(call.context, one)
    said, faults = schemas.answers_of(step, call.form, languages=questions.languages(call.context))
    if faults:
        return await _step_page(call, faults)
    known = reading.content.fields
    fresh = {
        name: texts
        for name, texts in said.items()
        if known.get(name) != texts and (name in known or any(text.value for text in texts))
    }
    try:
        if fresh:
            await service.capture(call.context, by=call.actor, enrolment_id=one.id, content=Content(fields=fresh))
    except UnknownIndividual as problem:
        return await _step_page(call, {"identifier": problem.detail})
    except WrongAttribute:
        return await _step_page(call, {"": _("One of the answers cannot be kept. Look at each and correct it.")})
    return Redirect(_next(call, one, step))


@routes.page(ONE, access=OFFICERS, operation_id="enrolmentPage")
async def show(call: Call) -> Page:
    """Show where an enrolment stands: its answers before they are sent, and what came of them afterwards."""
    return await _enrolment_page(call, {})


@routes.form(f"{ONE}/commit", access=OFFICERS, operation_id="enrolmentCommitForm")
async def commit(call: Call) -> Page | Redirect:
    """Ask for an enrolment to be committed."""
    one = await _one(call)
    try:
        await service.submit(call.context, by=call.actor, enrolment_id=one.id)
    except Incomplete:
        return await _enrolment_page(call, {"": _("Something is missing. Answer what the page names, then try again.")})
    except EnrolmentClosed:
        return Redirect(f"/enrol/{one.id}", notice=CLOSED)
    return Redirect(f"/enrol/{one.id}")


@routes.form(f"{ONE}/withdraw", access=OFFICERS, operation_id="enrolmentWithdrawForm")
async def withdraw(call: Call) -> Redirect:
    """Give an enrolment up."""
    one = await _one(call)
    try:
        await service.withdraw(call.context, by=call.actor, enrolment_id=one.id)
    except EnrolmentClosed:
        return Redirect(f"/enrol/{one.id}", notice=CLOSED)
    return Redirect("/enrol", notice=_("The enrolment was given up, and what it said is deleted."))


@routes.page(f"{ONE}/import", access=OFFICERS, operation_id="enrolmentImportPage")
async def ask_for_source(call: Call) -> Page:
    """Ask which register holds the person's data."""
    return await _import_page(call, {})


@routes.form(f"{ONE}/import", access=OFFICERS, operation_id="enrolmentImportForm")
async def take(call: Call) -> Page | Redirect:
    """Take what another register holds into an enrolment."""
    one = await _one(call)
    source, identifier = call.form.get("source", ""), call.form.get("identifier", "").strip()
    faults = {} if source in importing.sources(call.context) else {"source": _("Choose a register")}
    if not identifier or len(identifier) > schemas.LINE_CHARACTERS_MAX:
        faults["identifier"] = _("Enter the number by which the register knows the person")
    if faults:
        return await _import_page(call, faults)
    try:
        await importing.take(
            call.context, by=call.actor, enrolment_id=one.id, source=source, identifier=identifier
        )  # fmt: skip
    except Problem as problem:
        return await _import_page(call, {"": problem.detail}, status=problem.status)
    return Redirect(f"/enrol/{one.id}", notice=_("The data were taken in. Check them with the person."))


@routes.page(f"{ONE}/document/{{digest}}", access=OFFICERS, operation_id="enrolmentDocumentPage")
async def document(call: Call) -> Answer:
    """Send a document of an enrolment; who looks is on record."""
    piece, content = await service.document(
        call.context, by=call.actor, enrolment_id=call.path["enrolmentId"], digest=call.path["digest"]
    )
    disposition = f'attachment; filename="document.{piece.format}"'
    return Answer(body=content, media_type=MEDIA_TYPES[piece.format], headers={"Content-Disposition": disposition})


@routes.page(CANDIDATE, access=needs(ADJUDICATE), operation_id="candidatePage")
async def compare(call: Call) -> Page:
    """Show an enrolment and somebody who may be the same person side by side."""
    return await _candidate_page(call, {})


@routes.form(CANDIDATE, access=needs(ADJUDICATE), operation_id="candidateForm")
async def decide(call: Call) -> Page | Redirect:
    """Say whether a candidate is the person of an enrolment."""
    one = await _one(call)
    said, reason = call.form.get("decision", ""), call.form.get("reason", "")
    if said not in set(Decision) - {Decision.UNDECIDED}:
        return await _candidate_page(call, {"decision": _("Choose who this is")})
    try:
        await committing.decide(
            call.context, by=call.actor, enrolment_id=one.id, candidate_id=call.path["candidateId"],
            decision=Decision(said), reason=reason,
        )  # fmt: skip
    except (ReasonMissing, SeveralSame) as problem:
        return await _candidate_page(call, problem.fields)
    except EnrolmentClosed:
        return Redirect(f"/enrol/{one.id}", notice=CLOSED)
    return Redirect(f"/enrol/{one.id}", notice=_("Your decision was kept."))


def _begin_page(call: Call, *, wrong: str = "") -> Page:
    values = {
        "processes": presenters.processes(Words(call.language)), "process": call.form.get("process", ""),
        "errors": {"process": wrong} if wrong else {},
    }  # fmt: skip
    return framed(call, "enrol", "enrolment_begin.html", values, status=400 if wrong else 200)


async def _one(call: Call) -> Enrolment:
    return await service.enrolment(call.context, by=call.actor, enrolment_id=call.path["enrolmentId"])


def _foreign(call: Call, one: Enrolment) -> bool:
    """Tell whether a packet belongs to an enrolment that its sender may not see."""
    return not call.actor.may(ADJUDICATE) and not service.is_own(one, by=call.actor)


def _step(call: Call, one: Enrolment) -> Step:
    """Return the question of the address; raises NotFound for one that the process does not ask."""
    found = next((step for step in way_of(one.process).steps if step == call.path["step"]), None)
    if found is None:
        raise NotFound
    return found


def _titles(call: Call) -> dict[str, str]:
    return presenters.titles(Words(call.language), questions.documents(call.context))


def _written_in(call: Call, languages: Sequence[str]) -> str:
    """Return the language of the page among those that names are written in, else the first of them."""
    return next((code for code in languages if short_code(code) == call.language), languages[0] if languages else "")


def _next(call: Call, one: Enrolment, step: Step) -> str:
    follows = way_of(one.process).after(step)
    if follows is None or call.query.change == "yes":
        return f"/enrol/{one.id}"
    return f"/enrol/{one.id}/step/{follows}"


async def _step_page(call: Call, faults: dict[str, str] | None = None) -> Page | Redirect:
    one, words = await _one(call), Words(call.language)
    way, step = way_of(one.process), _step(call, one)
    if one.state not in CHANGEABLE:
        return Redirect(f"/enrol/{one.id}", notice=CLOSED)
    reading = await service.reading_of(call.context, one)
    before, change = way.before(step), call.query.change == "yes"
    languages, titles = questions.languages(call.context), _titles(call)
    given = presenters.values(reading.content, language=_written_in(call, languages))
    if faults:
        given = {**given, **call.form}
        given["birthdate"] = "" if step is not Step.BIRTH else given.get("birthdate", "")
    birth = {part: call.form.get(f"birthdate-{part}", "") for part in ("day", "month", "year")}
    values = {
        "given": given,
        "birth": birth if faults else given.get("birthdate", ""),
        "here": f"/enrol/{one.id}/step/{step}{'?change=yes' if change else ''}",
        "back": f"/enrol/{one.id}" if change or before is None else f"/enrol/{one.id}/step/{before}",
        "onward": _next(call, one, step),
        "caption": presenters.title(words, one.process),
        "languages": presenters.languages(languages),
        "genders": presenters.genders(words),
        "categories": list(titles.items()),
        "documents": presenters.pieces(words, reading, titles),
        "errors": faults or {},
    }
    return framed(call, "enrol", f"enrolment_{step}.html", values, status=400 if faults else 200)


async def _add_document(call: Call, one: Enrolment) -> Page | Redirect:
    piece, content, faults = schemas.document_of(call.form, call.files.get("file"), categories=_titles(call))
    if piece is None:
        return await _step_page(call, faults)
    await service.capture(
        call.context, by=call.actor, enrolment_id=one.id, content=Content(pieces=(piece,)),
        contents={piece.digest: content},
    )  # fmt: skip
    change = "?change=yes" if call.query.change == "yes" else ""
    return Redirect(f"/enrol/{one.id}/step/document{change}", notice=_("The document was added."))


async def _enrolment_page(call: Call, faults: dict[str, str]) -> Page:
    words, one = Words(call.language), await _one(call)
    reading = await service.read(call.context, by=call.actor, enrolment_id=one.id)
    own = service.is_own(one, by=call.actor)
    decides = call.actor.may(ADJUDICATE) and one.state is State.HELD and not own
    found = await committing.compared(call.context, by=call.actor, enrolment_id=one.id) if decides else []
    made = await committing.outcome(call.context, by=call.actor, enrolment_id=one.id)
    works = one.state is State.SUBMITTED or (one.state is State.COMMITTED and made is None)
    values = {
        "one": one,
        "here": f"/enrol/{one.id}",
        "caption": presenters.title(words, one.process),
        "status": presenters.state(words, one),
        "answers": presenters.answers(words, reading),
        "pieces": presenters.pieces(words, reading, _titles(call)),
        "lacks": presenters.lacks(words, reading),
        "problem": presenters.problem(words, one),
        "candidates": presenters.candidates(words, one, found),
        "decides": decides,
        "changeable": one.state in CHANGEABLE,
        "works": works,
        "vid": made.vid if made else "",
        "told": made is not None and made.told,
        "first_step": f"/enrol/{one.id}/step/{way_of(one.process).steps[0]}",
        "sources": bool(importing.sources(call.context)),
        "errors": faults,
    }
    page = framed(call, "enrol", "enrolment_one.html", values, status=400 if faults else 200)
    return replace(page, headers={"Refresh": str(REFRESH_SECONDS)}) if works else page


async def _import_page(call: Call, faults: dict[str, str], *, status: int = 400) -> Page:
    one = await _one(call)
    options = [(name, source.title or name) for name, source in importing.sources(call.context).items()]
    values = {
        "here": f"/enrol/{one.id}/import", "back": f"/enrol/{one.id}", "options": options,
        "source": call.form.get("source", ""), "identifier": call.form.get("identifier", ""), "errors": faults,
    }  # fmt: skip
    return framed(call, "enrol", "enrolment_import.html", values, status=status if faults else 200)


async def _candidate_page(call: Call, faults: dict[str, str]) -> Page:
    words, one = Words(call.language), await _one(call)
    found = await committing.compared(call.context, by=call.actor, enrolment_id=one.id)
    item = next((item for item in found if item.candidate.id == call.path["candidateId"]), None)
    if item is None:
        raise NotFound
    reading = await service.reading_of(call.context, one)
    values = {
        "here": f"/enrol/{one.id}/candidate/{item.candidate.id}",
        "back": f"/enrol/{one.id}",
        "rows": presenters.comparison(words, reading, item),
        "score": item.candidate.score,
        "choices": presenters.decisions(words),
        "decision": call.form.get("decision", item.candidate.decision.value),
        "reason": call.form.get("reason", item.candidate.reason),
        "open": one.state is State.HELD,
        "errors": faults,
    }
    return framed(call, "enrol", "enrolment_candidate.html", values, status=400 if faults else 200)
