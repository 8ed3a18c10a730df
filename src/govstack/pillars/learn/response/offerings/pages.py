"""Forms of a training unit: add a course of one part or of several, and add a session of a course."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from govstack.kernel import ids
from govstack.kernel.errors import Problem
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs
from govstack.pillars.learn.change.evaluation import service as evaluation
from govstack.pillars.learn.frame.model import EVALUATE, PLAN, line_field, line_given
from govstack.pillars.learn.frame.presenters import Words, framed, in_language
from govstack.pillars.learn.frame.schemas import whole_given
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.people.model import ID_CHARACTERS_MAX
from govstack.pillars.learn.records.errors import ChangedMeanwhile
from govstack.pillars.learn.response.materials import service as materials
from govstack.pillars.learn.response.materials.presenters import allows, licence_name
from govstack.pillars.learn.response.offerings import schemas, service
from govstack.pillars.learn.response.offerings.errors import BadParts, NotPlanned
from govstack.pillars.learn.response.offerings.model import (
    CHANNELS_MAX,
    HOURS_MAX,
    LISTED_MAX,
    PARTS_MAX,
    Certificate,
    CoursePart,
    Offering,
    Price,
    Raise,
    Rule,
    Session,
    State,
    channels_of,
)
from govstack.pillars.learn.response.typologies import service as typologies
from govstack.pillars.learn.response.typologies.model import WordKind
from govstack.pillars.learn.vocabularies import service as vocabularies
from govstack.pillars.learn.vocabularies.presenters import languages
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("course forms",))
UNIT = needs(PLAN)
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
TITLE_MAX, SUMMARY_MAX, PLACE_MAX = 200, 500, 200
# An address of another site, or the path of a page of this pillar, such as a course that is written here.
LINK = re.compile(r"https?://\S{1,990}|/[^/\s]\S{0,990}")
# As many rows for parts a blended course begins with; more are added one by one.
ROWS = 3
RULES: Mapping[Rule, str] = {
    Rule.ALL: _("Every part is done"), Rule.REQUIRED: _("Every part that has to be done is done"),
    Rule.COUNT: _("A number of parts is done, whichever they are"),
}  # fmt: skip
STATES: Mapping[State, str] = {State.DRAFT: _("Draft"), State.OPEN: _("Open"), State.CLOSED: _("Closed")}
# With more courses than this, those that have to be taken before are named by id.
COURSES_SHOWN = 100


@routes.page("/desk/offerings/new", access=UNIT, operation_id="newOfferingPage")
async def new(call: Call) -> Page:
    """Ask what is offered."""
    return await _offering(call, {})


@routes.page("/desk/offerings/blended", access=UNIT, operation_id="newBlendedPage")
async def new_blended(call: Call) -> Page:
    """Ask what a course of several parts consists of."""
    return await _offering(call, {}, rows=ROWS)


async def _offering(call: Call, errors: Mapping[str, str], *, status: int = 400, rows: int = 0) -> Page:
    known = await typologies.vocabulary(call.context)

    def named(kind: WordKind) -> list[tuple[str, str]]:
        return [(one.id, in_language(one.titles, call.language)) for one in known.listed(kind)]

    types = typologies.active_types(call.context, known)
    values = {
        "topics": named(WordKind.TOPIC),
        "others": await _others(call, ""),
        "lists": call.form_lists,
        "languages": await _languages(call, schemas.languages_of(call.form_lists)),
        "types": [(one.id, in_language(one.titles, call.language)) for one in types],
        "tracks": named(WordKind.TRACK),
        "deliveries": [one for one in named(WordKind.DELIVERY) if one[0] != service.BLENDED],
        "values": call.form,
        "chosen": call.form_lists.get("types", []),
        "currency": service.currency(call.context),
        "rows": rows,
        "rules": [(str(rule), Words(call.language)(label)) for rule, label in RULES.items()],
        "known": whole_given(call.form, "rows", most=PARTS_MAX) or 0,
        "errors": errors,
    }
    return framed(call, "desk", "offering_form.html", values, status=status if errors else 200)


@routes.form("/desk/offerings/new", access=UNIT, operation_id="newOfferingForm")
async def add(call: Call) -> Page | Redirect:
    """Add a course of one part."""
    form = {name: text.strip() for name, text in call.form.items()}
    languages = schemas.languages_of(call.form_lists)
    errors = _offering_faults(form, languages, call.form_lists.get("types", [])) | _hours_fault(form, "hours")
    if not form.get("delivery"):
        errors["delivery"] = _("Choose one.")
    about, wrong = await _about(call, form)
    if errors | wrong:
        return await _offering(call, errors | wrong)
    price = Price(amount=form["amount"], currency=form["currency"]) if form.get("amount") else None
    one = Offering(
        id=ids.new_id(), titles={call.language: form["title"]},
        summaries={call.language: form["summary"]} if form.get("summary") else {},
        types=tuple(call.form_lists.get("types", [])), track=form["track"], delivery=form["delivery"],
        parts=(CoursePart(title=form["title"], delivery=form["delivery"], hours=float(form["hours"])),),
        languages=languages, price=price, materials=line_given(form.get("materials", "")),
        channels=channels_of(form.get("channels", "")), **about,
    )  # fmt: skip
    try:
        await service.put_offering(call.context, by=call.actor, offering=one)
    except Problem as problem:
        return await _offering(call, problem.fields or {"": problem.title}, status=problem.status)
    return Redirect(f"/desk/offerings/{one.id}/sessions", notice=_("The course was added. Say when it is held."))


@routes.form("/desk/offerings/blended", access=UNIT, operation_id="newBlendedForm")
async def add_blended(call: Call) -> Page | Redirect:
    """Add a course put together of several parts, with the rule by which it is completed."""
    form = {name: text.strip() for name, text in call.form.items()}
    rows = min(whole_given(form, "rows", least=1, most=PARTS_MAX) or ROWS, PARTS_MAX)
    if form.get("act") == "more":
        return await _offering(call, {}, rows=min(rows + 1, PARTS_MAX))
    languages = schemas.languages_of(call.form_lists)
    parts, errors = _parts(form, rows)
    errors = _offering_faults(form, languages, call.form_lists.get("types", [])) | errors
    rule, count, wrong = _rule(form, parts)
    about, unfit = await _about(call, form)
    errors |= wrong | unfit
    if errors:
        return await _offering(call, errors, rows=rows)
    price = Price(amount=form["amount"], currency=form["currency"]) if form.get("amount") else None
    one = Offering(
        id=ids.new_id(), titles={call.language: form["title"]},
        summaries={call.language: form["summary"]} if form.get("summary") else {},
        types=tuple(call.form_lists.get("types", [])), track=form["track"], delivery=service.BLENDED, parts=parts,
        completion=Rule(rule), completion_count=count if count and rule == Rule.COUNT else 0, languages=languages,
        price=price, materials=line_given(form.get("materials", "")), channels=channels_of(form.get("channels", "")),
        **about,
    )  # fmt: skip
    try:
        await service.put_offering(call.context, by=call.actor, offering=one)
    except BadParts:
        wrong = {"delivery_2": _("Choose another form for at least one part: a blended course has two or more.")}
        return await _offering(call, wrong, rows=rows)
    except Problem as problem:
        return await _offering(call, problem.fields or {"": problem.title}, status=problem.status, rows=rows)
    return Redirect(f"/desk/offerings/{one.id}/sessions", notice=_("The course was added. Say when it is held."))


def _rule(form: Mapping[str, str], parts: Sequence[CoursePart]) -> tuple[str, int | None, dict[str, str]]:
    """Read the rule of completion, with what is wrong, by field."""
    errors: dict[str, str] = {}
    rule, count = form.get("completion", ""), whole_given(form, "count", least=1, most=PARTS_MAX)
    if rule not in set(Rule):
        errors["completion"] = _("Choose one.")
    elif rule == Rule.REQUIRED and parts and not any(part.required for part in parts):
        errors["completion"] = _("Say of at least one part that it has to be done.")
    if rule == Rule.COUNT and (count is None or count > len(parts)):
        errors["count"] = _("Enter how many of the parts have to be done.")
    return rule, count, errors


def _parts(form: Mapping[str, str], rows: int, *, least: int = 2) -> tuple[tuple[CoursePart, ...], dict[str, str]]:
    """Read the parts of a course from the rows that are not empty, with what is wrong, by field."""
    found: list[CoursePart] = []
    errors: dict[str, str] = {}
    for row in range(1, rows + 1):
        title, delivery = form.get(f"title_{row}", ""), form.get(f"delivery_{row}", "")
        hours, link = form.get(f"hours_{row}", ""), form.get(f"link_{row}", "")
        if not (title or delivery or hours or link):
            continue
        wrong = _hours_fault(form, f"hours_{row}")
        if not 1 <= len(title) <= TITLE_MAX:
            wrong[f"title_{row}"] = _("Enter a title of at most 200 characters.")
        if not delivery:
            wrong[f"delivery_{row}"] = _("Choose one.")
        if link and not LINK.fullmatch(link):
            wrong[f"link_{row}"] = _("Enter an address that begins with https://, or with / for a page of this site.")
        errors |= wrong
        if not wrong:
            required, tested = (form.get(f"{name}_{row}") == "yes" for name in ("required", "tested"))
            found.append(
                CoursePart(
                    title=title, delivery=delivery, hours=float(hours), required=required, tested=tested, link=link
                )
            )
    if len(found) < least and not errors:
        errors[f"title_{least}"] = _("Enter at least two parts.") if least > 1 else _("Enter at least one part.")
    return tuple(found), errors


def _hours_fault(form: Mapping[str, str], name: str) -> dict[str, str]:
    hours = form.get(name, "")
    fits = re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,2})?", hours) and float(hours) <= HOURS_MAX
    return {} if fits else {name: _("Enter a number of hours.")}


def _offering_faults(form: Mapping[str, str], languages: tuple[str, ...], types: list[str]) -> dict[str, str]:
    errors: dict[str, str] = {}
    if not 1 <= len(form.get("title", "")) <= TITLE_MAX:
        errors["title"] = _("Enter a title of at most 200 characters.")
    if len(form.get("summary", "")) > SUMMARY_MAX:
        errors["summary"] = _("Write at most 500 characters.")
    if not types:
        errors["types"] = _("Choose at least one type.")
    if not form.get("track"):
        errors["track"] = _("Choose one.")
    if not languages or not all(LANGUAGE.fullmatch(one) for one in languages) or len(languages) > 20:
        errors["languages"] = _("Choose at least one language.")
    channels = channels_of(form.get("channels", ""))
    if len(channels) > CHANNELS_MAX or any(
        not one.kind or max(len(one.kind), len(one.address)) > TITLE_MAX for one in channels
    ):
        errors["channels"] = _("Write at most ten channels, such as Phone: 555 0100, each on a line.")
    return errors | schemas.price_faults(form)


@routes.page("/desk/offerings/{offeringId}/change", access=UNIT, operation_id="changeOfferingPage")
async def ask_change(call: Call) -> Page:
    """Show everything that a course is, for changing."""
    one = await service.offering(call.context, by=call.actor, offering_id=call.path["offeringId"])
    return await _change(call, one, {}, rows=len(one.parts))


async def _languages(call: Call, chosen: Sequence[str]) -> list[tuple[str, str]]:
    return languages(await vocabularies.languages(call.context), call.language, chosen)


async def _others(call: Call, offering_id: str) -> list[tuple[str, str]]:
    """Return the courses that may come before one, to tick; none where there are too many of them."""
    found = [one for one in await service.all_offerings(call.context) if one.id != offering_id]
    return [(one.id, in_language(one.titles, call.language)) for one in found] if len(found) < COURSES_SHOWN else []


async def _change(call: Call, one: Offering, errors: Mapping[str, str], *, rows: int, status: int = 400) -> Page:
    known = await typologies.vocabulary(call.context)
    sent, words = bool(call.form), Words(call.language)

    def named(kind: WordKind) -> list[tuple[str, str]]:
        return [(each.id, in_language(each.titles, call.language)) for each in known.listed(kind)]

    values = {
        "offering": one, "course": in_language(one.titles, call.language), "errors": errors, "rows": rows,
        "values": call.form if sent else schemas.given(one, call.language),
        "seen": call.form.get("seen", "") if sent else one.changed,
        "lists": call.form_lists if sent else {
            "types": one.types, "topics": one.topics, "prerequisites": one.prerequisites, "languages": one.languages,
        },
        "languages": await _languages(call, schemas.languages_of(call.form_lists) if sent else one.languages),
        "types": named(WordKind.TYPE), "topics": named(WordKind.TOPIC), "tracks": named(WordKind.TRACK),
        "programmes": named(WordKind.PROGRAMME), "deliveries": named(WordKind.DELIVERY),
        "forms_of_parts": [each for each in named(WordKind.DELIVERY) if each[0] != service.BLENDED],
        "others": await _others(call, one.id),
        "rules": [(str(rule), words(label)) for rule, label in RULES.items()],
        "states": [(str(state), words(label)) for state, label in STATES.items()],
        "currency": service.currency(call.context),
    }  # fmt: skip
    return framed(call, "desk", "offering_change.html", values, status=status if errors else 200)


@routes.form("/desk/offerings/{offeringId}/change", access=UNIT, operation_id="changeOfferingForm")
async def change(call: Call) -> Page | Redirect:
    """Change a course, unless somebody else changed it since it was shown."""
    one = await service.offering(call.context, by=call.actor, offering_id=call.path["offeringId"])
    form = {name: text.strip() for name, text in call.form.items()}
    rows = min(whole_given(form, "rows", least=1, most=PARTS_MAX) or 1, PARTS_MAX)
    if form.get("act") == "more":
        return await _change(call, one, {}, rows=min(rows + 1, PARTS_MAX))
    changed, errors = await _changed(call, one, form, rows)
    seen = whole_given(form, "seen", most=9_999_999)
    if errors or changed is None or seen is None:
        return await _change(call, one, errors or {"title": ChangedMeanwhile.title}, rows=rows)
    try:
        await service.put_offering(call.context, by=call.actor, offering=changed, seen=seen)
    except BadParts:
        return await _change(call, one, {"delivery": BadParts.title}, rows=rows)
    except Problem as problem:
        at = "state" if isinstance(problem, NotPlanned) else "title"
        wrong = {"delivery_1" if name == "parts" else name: text for name, text in problem.fields.items()}
        return await _change(call, one, wrong or {at: problem.title}, rows=rows, status=problem.status)
    return Redirect(f"/desk/offerings/{one.id}/change", notice=_("The change was saved."))


async def _changed(
    call: Call, one: Offering, form: Mapping[str, str], rows: int
) -> tuple[Offering | None, dict[str, str]]:
    """Read a changed course from its form, with what is wrong, by field."""
    types = tuple(call.form_lists.get("types", []))
    languages = schemas.languages_of(call.form_lists)
    parts, errors = _parts(form, rows, least=1)
    rule, count, wrong = _rule(form, parts)
    errors = _offering_faults(form, languages, list(types)) | errors | wrong
    percents = {name: whole_given(form, name, most=100) for name in ("attendance", "assessment")}
    errors |= {name: _("Enter a whole number from 0 to 100.") for name, told in percents.items() if told is None}
    errors |= {
        name: _("Choose one.")
        for name, known in (("state", set(State)), ("delivery", {form.get("delivery")} - {"", None}))
        if form.get(name) not in known
    }
    accessibility = line_given(form.get("accessibility", ""))
    about, wrong = await _about(call, form)
    errors |= wrong | _too_many("accessibility", accessibility)
    if errors:
        return None, errors
    price = Price(amount=form["amount"], currency=form["currency"]) if form.get("amount") else None
    summaries = {language: text for language, text in one.summaries.items() if language != call.language}
    told = {call.language: form["summary"]} if form.get("summary") else {}
    certificate = Certificate(
        attendance_percent=percents["attendance"] or 0, assessment_percent=percents["assessment"] or 0
    )
    made: Offering = msgspec.structs.replace(
        one, titles={**one.titles, call.language: form["title"]}, summaries={**summaries, **told},
        types=types, track=form["track"], delivery=form["delivery"], parts=parts,
        completion=Rule(rule), completion_count=count if count and rule == Rule.COUNT else 0, languages=languages,
        price=price, materials=line_given(form.get("materials", "")), **about, accessibility=accessibility,
        offline=form.get("offline") == "yes", programme=form.get("programme") or None,
        certificate=certificate, channels=channels_of(form.get("channels", "")), state=State(form["state"]),
    )  # fmt: skip
    return made, {}


async def _about(call: Call, form: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Read the topics of a course, what it raises and what comes before it, with what is wrong, by field."""
    topics = tuple(call.form_lists.get("topics", []))
    before = tuple(dict.fromkeys(each for text in call.form_lists.get("prerequisites", []) for each in text.split()))
    raised, wrong = await _raises(call, form.get("raises", ""))
    errors = _too_many("topics", topics) | _too_many("prerequisites", before) | wrong
    return {"topics": topics, "prerequisites": before, "raises": raised}, errors


def _too_many(name: str, listed: Sequence[str]) -> dict[str, str]:
    fits = len(listed) <= LISTED_MAX and all(len(each) <= ID_CHARACTERS_MAX for each in listed)
    return {} if fits else {name: _("Name at most 40.")}


async def _raises(call: Call, text: str) -> tuple[tuple[Raise, ...], dict[str, str]]:
    """Read what a course raises: competencies that are known, with levels of their scales."""
    lines = schemas.raises_given(text)
    if lines is None:
        return (), {"raises": _("Write one a line: competency, level before, higher level after. At most 40.")}
    scales, words = await frameworks.scales(call.context), Words(call.language)
    found: list[Raise] = []
    for name, since, until in lines:
        known = await frameworks.named(call.context, text=name)
        if known is None:
            return (), {"raises": words(_("No competency has the id or code {name}."), name=name[:60])}
        scale = scales.get(known.scale_id)
        if scale is not None and scale.level(until) is None:
            return (), {"raises": words(_("The scale of {name} has no level {level}."), name=name[:60], level=until)}
        found.append(Raise(competency_id=known.id, from_level=since, to_level=until))
    return tuple(found), {}


@routes.page("/desk/offerings/{offeringId}/price", access=UNIT, operation_id="offeringPricePage")
async def ask_price(call: Call) -> Page:
    """Ask what a course costs and which material it holds."""
    one = await service.offering(call.context, by=call.actor, offering_id=call.path["offeringId"])
    given = {
        "materials": line_field(one.materials), "amount": one.price.amount if one.price else "",
        "currency": one.price.currency if one.price else service.currency(call.context),
    }  # fmt: skip
    return await _price(call, one, given, {})


async def _price(
    call: Call, one: Offering, given: Mapping[str, str], errors: Mapping[str, str], *, status: int | None = None
) -> Page:
    words, known = Words(call.language), await materials.licences(call.context)
    held = await materials.named(call.context, material_ids=line_given(given["materials"])[:LISTED_MAX])
    values = {
        "offering": one, "course": in_language(one.titles, call.language), "values": given, "errors": errors,
        "forbidden": bool(await service.sold_unlawfully(call.context, found=[one])),
        "rows": [
            (
                {"text": each.title, "href": f"/materials/{each.id}"}, each.id, licence_name(words, each, known),
                allows(words, known.get(each.licence_id or "")),
            )
            for each in held
        ],
    }  # fmt: skip
    return framed(call, "desk", "offering_price.html", values, status=status)


@routes.form("/desk/offerings/{offeringId}/price", access=UNIT, operation_id="offeringPriceForm")
async def set_price(call: Call) -> Page | Redirect:
    """Change what a course costs and which material it holds, unless the material must not be sold."""
    one = await service.offering(call.context, by=call.actor, offering_id=call.path["offeringId"])
    form = {name: call.form.get(name, "").strip() for name in ("materials", "amount", "currency")}
    errors = schemas.price_faults(form)
    if errors:
        return await _price(call, one, form, errors, status=400)
    price = Price(amount=form["amount"], currency=form["currency"]) if form["amount"] else None
    changed: Offering = msgspec.structs.replace(one, price=price, materials=line_given(form["materials"]))
    try:
        await service.put_offering(call.context, by=call.actor, offering=changed)
    except Problem as problem:
        return await _price(call, one, form, problem.fields or {"": problem.title}, status=problem.status)
    return Redirect(f"/desk/offerings/{one.id}/price", notice=_("The change was saved."))


@routes.page("/desk/offerings/{offeringId}/sessions", access=UNIT, operation_id="newSessionPage")
async def new_session(call: Call) -> Page:
    """Ask when and where a course is held."""
    one = await service.offering(call.context, by=call.actor, offering_id=call.path["offeringId"])
    return _session(call, one, None, {})


@routes.form("/desk/offerings/{offeringId}/sessions", access=UNIT, operation_id="newSessionForm")
async def add_session(call: Call) -> Page | Redirect:
    """Add a session of a course."""
    one = await service.offering(call.context, by=call.actor, offering_id=call.path["offeringId"])
    return await _put_session(call, one, None, _("The session was added."))


@routes.page("/desk/sessions/{runId}/change", access=UNIT, operation_id="changeSessionPage")
async def ask_session(call: Call) -> Page:
    """Ask when and where a session is held now."""
    return _session(call, *await _held(call), {})


@routes.form("/desk/sessions/{runId}/change", access=UNIT, operation_id="changeSessionForm")
async def change_session(call: Call) -> Page | Redirect:
    """Move a session, or change its place and seats; those who have a place are reminded at the new time."""
    return await _put_session(call, *await _held(call), _("It was saved."))


@routes.form("/desk/sessions/{runId}/cancel", access=UNIT, operation_id="cancelSessionForm")
async def cancel_session(call: Call) -> Redirect:
    """Cancel a session; whoever has or wants a place is told."""
    _offering_now, one = await _held(call)
    await service.put_session(call.context, by=call.actor, session=msgspec.structs.replace(one, cancelled=True))
    return Redirect(f"/desk/sessions/{one.id}", notice=_("The session was cancelled. Whoever has a place is told."))


async def _held(call: Call) -> tuple[Offering, Session]:
    one = await service.session(call.context, session_id=call.path["runId"])
    return await service.offering(call.context, by=call.actor, offering_id=one.offering_id), one


def _session(
    call: Call, one: Offering, before: Session | None, errors: Mapping[str, str], *, status: int | None = None
) -> Page:
    values = {
        "offering": one, "course": in_language(one.titles, call.language), "before": before, "errors": errors,
        "values": call.form if errors or before is None else schemas.session_fields(before),
        "here": f"/desk/sessions/{before.id}/change" if before else f"/desk/offerings/{one.id}/sessions",
    }  # fmt: skip
    return framed(call, "desk", "session_form.html", values, status=status)


async def _put_session(call: Call, one: Offering, before: Session | None, notice: str) -> Page | Redirect:
    given, errors = schemas.session_given(call.form)
    if errors:
        return _session(call, one, before, errors)
    made = msgspec.structs.replace(before, **given) if before else Session(id=ids.new_id(), offering_id=one.id, **given)
    try:
        await service.put_session(call.context, by=call.actor, session=made)
    except Problem as problem:
        if problem.status == 404:
            raise
        return _session(call, one, before, {"starts": problem.title}, status=problem.status)
    return Redirect(f"/desk/sessions/{made.id}", notice=notice)


@routes.form("/desk/offerings/{offeringId}/evaluation", access=needs(EVALUATE), operation_id="planEvaluationForm")
async def plan(call: Call) -> Redirect:
    """Begin the evaluation plan of a course, or go on with it."""
    one = await service.offering(call.context, by=call.actor, offering_id=call.path["offeringId"])
    await evaluation.begin(call.context, by=call.actor, offering_id=one.id, name=in_language(one.titles, call.language))
    return Redirect(f"/evaluation-plans/{one.id}/change")


@routes.form("/desk/offerings/{offeringId}/open", access=UNIT, operation_id="openOfferingForm")
async def open_(call: Call) -> Redirect:
    """Open a course whose evaluation is planned."""
    one = await service.offering(call.context, by=call.actor, offering_id=call.path["offeringId"])
    back = f"/desk/offerings/{one.id}/sessions"
    try:
        await service.put_offering(call.context, by=call.actor, offering=msgspec.structs.replace(one, state=State.OPEN))
    except Problem as problem:
        return Redirect(back, notice=problem.title)
    return Redirect(back, notice=_("The course is open and stands in the catalogue."))
