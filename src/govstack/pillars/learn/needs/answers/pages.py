"""Pages of answers: what one is asked, the questions section by section, and what was said about oneself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import msgspec

from govstack.kernel import i18n
from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, by_policy, signed_in
from govstack.pillars.learn.frame.presenters import Words, framed, in_language
from govstack.pillars.learn.needs.answers import presenters, service
from govstack.pillars.learn.needs.answers.errors import FaultyResponse
from govstack.pillars.learn.needs.answers.model import (
    ATTENDANCE_MAX,
    NO_EVIDENCE,
    TOO_FAR,
    WORDS_CHARACTERS_MAX,
    Answer,
    Attendee,
    Checker,
    Confidence,
    Response,
)
from govstack.pillars.learn.needs.campaigns.model import Rater
from govstack.pillars.learn.needs.instruments.model import Item, ItemKind
from govstack.web.answers import Page, Redirect

NUMBER_DIGITS_MAX = 4
routes = Routes(tags=("pages of assessments",))
ACCESS = by_policy("who may rate whom")
ONE = "/assessments/{memberId}/{rater}"
NOT_A_NUMBER = _("Enter a number")


async def rated(call: Call, member_ids: Sequence[str]) -> Mapping[tuple[str, str], str]:
    """Return for the page of a campaign when members were last rated, by member and kind of rater."""
    return await service.rated(call.context, by=call.actor, member_ids=member_ids)


@routes.page("/assessments", access=signed_in(), operation_id="assessmentsPage")
async def mine(call: Call) -> Page:
    """List what one is asked to rate."""
    found = await service.mine(call.context, by=call.actor)
    values = {"rows": presenters.asks(found, Words(call.language))}
    return framed(call, "assessments", "assessments.html", values)


@routes.page(ONE, access=ACCESS, operation_id="assessmentPage")
async def start(call: Call) -> Page:
    """Show what is asked and how far one is."""
    ask = await _ask(call)
    response = await service.begun(call.context, by=call.actor, ask=ask)
    values = presenters.overview(ask, response, Words(call.language))
    return framed(call, "assessments", "assessment.html", values)


@routes.page(ONE + "/{number}", access=ACCESS, operation_id="assessmentSectionPage")
async def section(call: Call) -> Page:
    """Ask the questions of a section."""
    ask = await _ask(call)
    response = await service.begun(call.context, by=call.actor, ask=ask)
    return _section(call, ask, _number(call, ask), {one.item: one for one in response.answers}, {})


@routes.form(ONE + "/{number}", access=ACCESS, operation_id="assessmentSectionForm")
async def keep(call: Call) -> Page | Redirect:
    """Keep the answers of a section, and go on."""
    ask, words = await _ask(call), Words(call.language)
    number = _number(call, ask)
    response = await service.begun(call.context, by=call.actor, ask=ask)
    items = ask.campaign.frozen.items_of(presenters.sections(ask.campaign)[number - 1].id)
    given, errors = _read(call, items, words)
    kept = {one.item: one for one in response.answers if one.item not in {item.id for item in items}}
    changed = msgspec.structs.replace(response, answers=(*kept.values(), *given.values()), language=call.language)
    found = Checker(ask.campaign.frozen, ask.campaign.given.raters).faults(changed)
    for item in items:
        if item.id in found and item.id not in errors:
            field = f"{item.id}-evidence" if found[item.id] == NO_EVIDENCE else item.id
            errors[field] = words(_("Say what the evidence is")) if found[item.id] == NO_EVIDENCE else words(TOO_FAR)
    if errors:
        return _section(call, ask, number, given, errors)
    await service.keep_begun(call.context, by=call.actor, ask=ask, response=changed)
    last = number == len(presenters.sections(ask.campaign))
    return Redirect(f"{presenters.here(ask)}/words" if last else f"{presenters.here(ask)}/{number + 1}")


def _section(
    call: Call, ask: service.Ask, number: int, given: dict[str, Answer], errors: dict[str, str]
) -> Page:  # fmt: skip
    values = presenters.questions(ask, number, given, call.language)
    if errors:
        # What was refused stays in the form as it was typed.
        values["items"] = [
            {
                **one, "value": call.form.get(one["id"], one["value"]),
                "evidence": call.form.get(f"{one['id']}-evidence", one["evidence"]),
                "confidence": call.form.get(f"{one['id']}-confidence", one["confidence"]),
            }
            for one in values["items"]
        ]  # fmt: skip
    sure = _confidences(Words(call.language))
    return framed(call, "assessments", "assessment_section.html", {**values, "confidences": sure, "errors": errors})


def _confidences(words: Words) -> list[tuple[str, str]]:
    return [(name, words(text)) for name, text in presenters.CONFIDENCES.items()]


def _confidence(entered: str) -> Confidence:
    return cast(Confidence, entered if entered in presenters.CONFIDENCES else "")


def _read(call: Call, items: tuple[Item, ...], words: Words) -> tuple[dict[str, Answer], dict[str, str]]:
    """Return the answers of a form by item, and what is no answer by field."""
    given: dict[str, Answer] = {}
    errors: dict[str, str] = {}
    for item in items:
        value, evidence = (call.form.get(name, "").strip() for name in (item.id, f"{item.id}-evidence"))
        for name, text in ((item.id, value), (f"{item.id}-evidence", evidence)):
            if len(text) > WORDS_CHARACTERS_MAX:
                errors[name] = _too_long(words)
        sure = _confidence(call.form.get(f"{item.id}-confidence", ""))
        if not value or item.id in errors:
            continue
        if item.kind is ItemKind.CHOICE:
            given[item.id] = Answer(item=item.id, choice=value[:100], evidence=evidence, confidence=sure)
        elif item.kind is ItemKind.TEXT:
            given[item.id] = Answer(item=item.id, text=value, evidence=evidence)
        else:
            try:
                number = float(value.replace(",", "."))
            except ValueError:
                number = float("nan")
            if number - number != 0:
                errors[item.id] = words(NOT_A_NUMBER)
            else:
                given[item.id] = Answer(item=item.id, number=number, evidence=evidence, confidence=sure)
    return given, errors


@routes.page(ONE + "/words", access=ACCESS, operation_id="assessmentWordsPage")
async def ask_words(call: Call) -> Page:
    """Ask for notes, how sure one is, and who was at a meeting."""
    ask = await _ask(call)
    return _words(call, ask, await service.begun(call.context, by=call.actor, ask=ask))


@routes.form(ONE + "/words", access=ACCESS, operation_id="assessmentWordsForm")
async def keep_words(call: Call) -> Page | Redirect:
    """Keep notes and who was there, and go on to check."""
    ask, words = await _ask(call), Words(call.language)
    response = await service.begun(call.context, by=call.actor, ask=ask)
    notes, told = (call.form.get(name, "").strip() for name in ("notes", "attendance"))
    there = told if ask.rater is Rater.GROUP else ""
    errors = {"notes": _too_long(words)} if len(notes) > WORDS_CHARACTERS_MAX else {}
    if len([line for line in there.splitlines() if line.strip()]) > ATTENDANCE_MAX:
        most = i18n.format_number(words.language, ATTENDANCE_MAX)
        errors["attendance"] = words(_("Name at most {number} here."), number=most)
    if errors:
        return _words(call, ask, response, errors)
    changed = msgspec.structs.replace(
        response, notes=notes,
        confidence=_confidence(call.form.get("confidence", "")),
        attendance=_attendance(there),
    )  # fmt: skip
    await service.keep_begun(call.context, by=call.actor, ask=ask, response=changed)
    return Redirect(f"{presenters.here(ask)}/check")


def _attendance(text: str) -> tuple[Attendee, ...]:
    """Return who was there: one a line, a name and after a comma the organisation."""
    found = []
    for line in text.splitlines():
        name, _comma, organisation = line.partition(",")
        if name.strip():
            found.append(Attendee(name=name.strip()[:200], organisation=organisation.strip()[:200]))
    return tuple(found)


def _too_long(words: Words) -> str:
    return words(
        _("Write at most {number} characters."), number=i18n.format_number(words.language, WORDS_CHARACTERS_MAX)
    )


def _words(call: Call, ask: service.Ask, response: Response, errors: Mapping[str, str] | None = None) -> Page:
    words = Words(call.language)
    values = {
        "here": presenters.here(ask), "group": ask.rater is Rater.GROUP,
        "notes": call.form.get("notes", response.notes), "errors": errors or {},
        "confidence": call.form.get("confidence", response.confidence),
        "last": len(presenters.sections(ask.campaign)), "confidences": _confidences(words),
        "attendance": call.form.get("attendance") or "\n".join(
            f"{one.name}, {one.organisation}" if one.organisation else one.name for one in response.attendance
        ),
    }  # fmt: skip
    return framed(call, "assessments", "assessment_words.html", values)


@routes.page(ONE + "/check", access=ACCESS, operation_id="assessmentCheckPage")
async def check(call: Call) -> Page:
    """Show the answers before they are sent."""
    ask = await _ask(call)
    return await _check(call, ask, {})


@routes.form(ONE + "/check", access=ACCESS, operation_id="assessmentSendForm")
async def send(call: Call) -> Page | Redirect:
    """Send the answers."""
    ask, words = await _ask(call), Words(call.language)
    try:
        await service.send(call.context, by=call.actor, ask=ask)
    except FaultyResponse as problem:
        return await _check(call, ask, {"": words.said(next(iter(problem.fields.values()), problem.detail))})
    notice = words(_("Your answers were sent. They cannot be changed; you may answer anew while the campaign is open."))
    own = ask.rater is Rater.SELF and ask.campaign.personal
    return Redirect(f"/assessments/{ask.member.id}" if own else "/assessments", notice=notice)


async def _check(call: Call, ask: service.Ask, errors: dict[str, str]) -> Page:
    response = await service.begun(call.context, by=call.actor, ask=ask)
    words = Words(call.language)
    values = {
        "here": presenters.here(ask), "sections": presenters.checked(ask, response, words), "notes": response.notes,
        "there": [one.name for one in response.attendance], "group": ask.rater is Rater.GROUP, "errors": errors,
        "nothing": not response.answers,
    }  # fmt: skip
    return framed(call, "assessments", "assessment_check.html", values)


@routes.page(
    "/assessments/{memberId}", access=by_policy("who may see how somebody was rated"), operation_id="ratingsPage"
)  # fmt: skip
async def about(call: Call) -> Page:
    """Show everything that was said about somebody."""
    campaign, _member, spoken = await service.about(call.context, by=call.actor, member_id=call.path["memberId"])
    words = Words(call.language)
    name = in_language(campaign.given.titles, call.language)
    values = {"name": name, "ratings": presenters.results(campaign, spoken, words)}
    return framed(call, "assessments", "ratings.html", values)


async def _ask(call: Call) -> service.Ask:
    kind = call.path["rater"]
    if kind not in set(Rater):
        raise NotFound
    return await service.asked(call.context, by=call.actor, member_id=call.path["memberId"], rater=Rater(kind))


def _number(call: Call, ask: service.Ask) -> int:
    text = call.path["number"]
    if len(text) > NUMBER_DIGITS_MAX or not text.isdecimal():
        raise NotFound
    if not 1 <= int(text) <= len(presenters.sections(ask.campaign)):
        raise NotFound
    return int(text)
