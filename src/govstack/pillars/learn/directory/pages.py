"""Pages on which a training unit enters who works where, and everybody how they are reached."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec

from govstack.kernel import i18n
from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs, signed_in
from govstack.pillars.learn.directory import presenters, service
from govstack.pillars.learn.directory.errors import EntryRefused, NoSuchOrganisation
from govstack.pillars.learn.directory.model import (
    NAMES,
    NO_CONTACT,
    NO_LANGUAGE,
    ORGANISATIONS,
    PEOPLE,
)
from govstack.pillars.learn.frame.model import ADMINISTER, PLAN
from govstack.pillars.learn.frame.presenters import Words, framed, in_language
from govstack.pillars.learn.intake.errors import TooManyFiles
from govstack.pillars.learn.intake.model import Intake
from govstack.pillars.learn.needs.profiles import service as profiles
from govstack.pillars.learn.needs.profiles.pages import posts
from govstack.pillars.learn.needs.tests import service as tests
from govstack.pillars.learn.needs.tests.schemas import EXTRA_PERCENT_MAX
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.errors import UnknownPerson
from govstack.pillars.learn.people.model import CONTACT_PATTERN, NAME_CHARACTERS_MAX, Organisation, Person, Word
from govstack.pillars.learn.people.presenters import choices
from govstack.pillars.learn.transfer.schemas import format_of_upload
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of people",))
PAGE_PEOPLE = 50
ENTERS = needs(ADMINISTER)
ONE, ORGANISATION = "/people/{learnerId}", "/organisations/{organisationId}"


class PeoplePageQuery(msgspec.Struct, frozen=True):
    """Which people: those of an organisation, or the one with a number."""

    organisation: Word = ""
    number: Word = ""
    after: Word = ""


@routes.page("/people", access=needs(PLAN), query=PeoplePageQuery, operation_id="peoplePage")
async def listed(call: Call) -> Page:
    """List people, all or those of an organisation with its parts, or find one by number."""
    tree, asked, number = await people.tree(call.context), call.query, call.query.number.strip()
    below = tree.below(asked.organisation) if asked.organisation else None
    if number:
        one = await people.by_number(call.context, number=number)
        found = [one] if one and not one.erased and (below is None or one.organisation_id in below) else []
    else:
        found = await people.listed(call.context, organisations=below, after=asked.after, limit=PAGE_PEOPLE)
    named = await posts(call, [role for one in found for role in one.roles])
    more = {"organisation": asked.organisation, "after": found[-1].id} if len(found) == PAGE_PEOPLE else {}
    values = {
        "rows": presenters.rows(found, tree, named, Words(call.language)),
        "organisations": choices(tree, call.language),
        "chosen": asked.organisation,
        "number": number,
        "first": "/people" if asked.after else "",
        "next": f"/people?{urlencode(more)}" if more else "",
        "enters": call.actor.may(ADMINISTER),
    }
    return framed(call, "people", "people.html", values)


@routes.page("/people/new", access=ENTERS, operation_id="newPersonPage")
async def new(call: Call) -> Page:
    """Ask who is entered."""
    return await _form(call, None, {})


@routes.form("/people/new", access=ENTERS, operation_id="newPersonForm")
async def enter(call: Call) -> Page | Redirect:
    """Enter a person."""
    return await _entered(call, None)


@routes.page(ONE, access=needs(PLAN), operation_id="personPage")
async def show(call: Call) -> Page:
    """Show what is known of a person."""
    return await _shown(call, await _person(call), {})


async def _shown(call: Call, one: Person, errors: Mapping[str, str]) -> Page:
    extra = await tests.extra_time(call.context, person_id=one.id)
    values = {
        "one": one,
        "heading": presenters.called(one),
        "here": presenters.page_of(one.id),
        "summary": await _summary(call, one),
        "extra": call.form.get("extra", "") if errors else str(extra),
        "enters": call.actor.may(ADMINISTER),
        "errors": dict(errors),
    }
    return framed(call, "people", "person.html", values, status=400 if errors else 200)


@routes.page(f"{ONE}/change", access=ENTERS, operation_id="changePersonPage")
async def ask_change(call: Call) -> Page:
    """Ask what is changed of a person."""
    return await _form(call, await _person(call), {})


@routes.form(f"{ONE}/change", access=ENTERS, operation_id="changePersonForm")
async def change(call: Call) -> Page | Redirect:
    """Change what is known of a person."""
    return await _entered(call, await _person(call))


@routes.form(f"{ONE}/test-time", access=needs(PLAN), operation_id="testTimeForm")
async def give_time(call: Call) -> Page | Redirect:
    """Give a person longer for every test."""
    one, given = await _person(call), call.form.get("extra", "").strip()
    if not (given.isascii() and given.isdigit() and len(given) <= 3 and int(given) <= EXTRA_PERCENT_MAX):
        return await _shown(call, one, {"extra": _("Enter a whole number from 0 to 300.")})
    await tests.give_time(call.context, by=call.actor, person_id=one.id, extra_percent=int(given))
    return Redirect(presenters.page_of(one.id), notice=_("It was saved."))


@routes.form(f"{ONE}/erase", access=ENTERS, operation_id="erasePersonForm")
async def erase(call: Call) -> Redirect:
    """Erase a person: what tells who they are is taken away, figures stay."""
    await people.erase(call.context, by=call.actor, person_id=(await _person(call)).id)
    return Redirect("/people", notice=_("The person was erased. Figures stay."))


async def _person(call: Call) -> Person:
    one = await people.person(call.context, person_id=call.path["learnerId"])
    if one.erased:
        raise UnknownPerson
    return one


async def _summary(call: Call, one: Person) -> list[tuple[str, str]]:
    tree, named = await people.tree(call.context), await posts(call, one.roles)
    return presenters.summary(one, await _manager(call, one), tree, named, Words(call.language))


async def _manager(call: Call, one: Person) -> Person | None:
    found = await people.people(call.context, person_ids=[one.manager_id] if one.manager_id else [])
    return found.get(one.manager_id or "")


async def _entered(call: Call, before: Person | None) -> Page | Redirect:
    told: dict[str, Any] = {name: call.form.get(name, "") for name in PEOPLE if name != "id"}
    told["roles"] = call.form_lists.get("roles", [])
    try:
        await service.enter_person(call.context, by=call.actor, person_id=before.id if before else "", told=told)
    except EntryRefused as problem:
        return await _form(call, before, problem.fields)
    return Redirect(presenters.page_of(before.id) if before else "/people", notice=_("It was saved."))


async def _form(call: Call, before: Person | None, errors: Mapping[str, str]) -> Page:
    words = Words(call.language)
    known = presenters.fields(before, await _manager(call, before)) if before else {"language": i18n.DEFAULT}
    described = [(one.id, in_language(one.names, call.language)) for one in await profiles.profiles(call.context)]
    chosen = call.form_lists.get("roles", []) if errors else list(before.roles if before else ())
    own = [(role, role) for role in chosen if role not in dict(described)]
    values = {
        "heading": words(_("Change a person")) if before else words(_("Enter a person")),
        "here": f"{presenters.page_of(before.id)}/change" if before else "/people/new",
        "back": presenters.page_of(before.id) if before else "/people",
        "values": dict(call.form) if errors else known,
        "roles": sorted(described, key=lambda pair: pair[1].casefold()) + own,
        "chosen": chosen,
        "genders": presenters.genders(words),
        "languages": _languages(known.get("language", "")),
        "organisations": choices(await people.tree(call.context), call.language),
        "labels": presenters.LABELS,
        "errors": dict(errors),
    }
    return framed(call, "people", "person_form.html", values, status=400 if errors else 200)


def _languages(kept: str) -> list[tuple[str, str]]:
    """Return the languages that messages can be written in, and the one that somebody has."""
    known = [(one, i18n.language_name(one)) for one in i18n.LANGUAGES]
    return known if not kept or kept in i18n.LANGUAGES else [*known, (kept, i18n.language_name(kept))]


@routes.page("/organisations", access=signed_in(), operation_id="organisationsPage")
async def organisations(call: Call) -> Page:
    """List ministries, agencies and their parts."""
    tree, enters = await people.tree(call.context), call.actor.may(ADMINISTER)
    values = {"rows": presenters.organisations(tree, Words(call.language), changes=enters), "enters": enters}
    return framed(call, "people", "organisations.html", values)


@routes.page("/organisations/new", access=ENTERS, operation_id="newOrganisationPage")
async def new_organisation(call: Call) -> Page:
    """Ask which organisation is entered."""
    return await _organisation_form(call, None, {})


@routes.form("/organisations/new", access=ENTERS, operation_id="newOrganisationForm")
async def enter_organisation(call: Call) -> Page | Redirect:
    """Enter an organisation."""
    return await _organisation_entered(call, None)


@routes.page(f"{ORGANISATION}/change", access=ENTERS, operation_id="changeOrganisationPage")
async def ask_organisation(call: Call) -> Page:
    """Ask what is changed of an organisation."""
    return await _organisation_form(call, await _organisation(call), {})


@routes.form(f"{ORGANISATION}/change", access=ENTERS, operation_id="changeOrganisationForm")
async def change_organisation(call: Call) -> Page | Redirect:
    """Change an organisation."""
    return await _organisation_entered(call, await _organisation(call))


async def _organisation(call: Call) -> Organisation:
    found = (await people.tree(call.context)).by_id.get(call.path["organisationId"])
    if found is None:
        raise NoSuchOrganisation
    return found


async def _organisation_entered(call: Call, before: Organisation | None) -> Page | Redirect:
    told = {name: call.form.get(name, "").strip() for name in ORGANISATIONS if before is None or name != "id"}
    told |= {name: text.strip() for name, text in call.form.items() if name.startswith(NAMES)}
    try:
        await service.enter_organisation(
            call.context, by=call.actor, organisation_id=before.id if before else "", told=told
        )
    except EntryRefused as problem:
        errors = {f"{NAMES}{i18n.DEFAULT}" if name == "names" else name: text for name, text in problem.fields.items()}
        return await _organisation_form(call, before, errors)
    return Redirect("/organisations", notice=_("It was saved."))


async def _organisation_form(call: Call, before: Organisation | None, errors: Mapping[str, str]) -> Page:
    words = Words(call.language)
    kept = {f"{NAMES}{language}": text for language, text in before.names.items()} if before else {}
    known = {"kind": "ministry"}
    if before:
        known = {**kept, "kind": before.kind, "parentId": before.parent_id or "", "place": before.place}
    tongues = dict.fromkeys([*i18n.LANGUAGES, *(before.names if before else ())])
    others = choices(await people.tree(call.context), call.language)
    values = {
        "heading": words(_("Change an organisation")) if before else words(_("Enter an organisation")),
        "here": presenters.organisation_page(before.id) if before else "/organisations/new",
        "before": before,
        "tongues": [(f"{NAMES}{one}", i18n.language_name(one), one) for one in tongues],
        "kinds": presenters.kinds(before, words),
        "organisations": [pair for pair in others if before is None or pair[0] != before.id],
        "values": dict(call.form) if errors else known,
        "errors": dict(errors),
    }
    return framed(call, "people", "organisation_form.html", values, status=400 if errors else 200)


@routes.page("/enter-people", access=ENTERS, operation_id="enterPeoplePage")
async def ask_people(call: Call) -> Page:
    """Ask for a file of people."""
    return _file(call, service.PEOPLE_ROOM, {}, None)


@routes.form("/enter-people", access=ENTERS, operation_id="enterPeopleForm", body_bytes_max=service.FILE_BYTES_MAX)
async def take_people(call: Call) -> Page | Redirect:
    """Enter the people of a file, or only check it, and say what became of each row; a large file has a page."""
    return await _taken(call, service.PEOPLE_ROOM)


@routes.page("/enter-organisations", access=ENTERS, operation_id="enterOrganisationsPage")
async def ask_organisations(call: Call) -> Page:
    """Ask for a file of organisations."""
    return _file(call, service.ORGANISATIONS_ROOM, {}, None)


@routes.form(
    "/enter-organisations", access=ENTERS, operation_id="enterOrganisationsForm", body_bytes_max=service.FILE_BYTES_MAX
)
async def take_organisations(call: Call) -> Page | Redirect:
    """Enter the organisations of a file, or only check it, and say what became of each row."""
    return await _taken(call, service.ORGANISATIONS_ROOM)


async def _taken(call: Call, room: str) -> Page | Redirect:
    words, upload, checked = Words(call.language), call.files.get("file"), call.form.get("act") == "check"
    if upload is None or not upload.name or not upload.content:
        return _file(call, room, {"file": _("Choose a file that is not empty.")}, None)
    try:
        told = await service.take(
            call.context, by=call.actor, room=room, file=format_of_upload(upload), content=upload.content,
            check_only=checked,
        )  # fmt: skip
    except (BadRequest, TooManyFiles) as problem:
        return _file(call, room, {"file": words.said(problem.detail)}, None)
    if isinstance(told, Intake):
        return Redirect(f"/files/{told.id}")
    faults = [(str(one.row), presenters.faults(one.faults, words)) for one in told.rows]
    return _file(call, room, {}, {"told": told, "faults": faults, "checked": checked})


def _file(call: Call, room: str, errors: Mapping[str, str], outcome: Mapping[str, Any] | None) -> Page:
    words, of_people = Words(call.language), room == service.PEOPLE_ROOM
    shown = PEOPLE if of_people else ("id", f"{NAMES}{i18n.DEFAULT}", *ORGANISATIONS[1:])
    required = ("name", "number") if of_people else ("id", f"{NAMES}{i18n.DEFAULT}")
    more = (
        _(
            "A person is told by the number, or by an id. A column that the file does not have changes nothing. "
            "Organisations are named by id or name, managers by number or id, profiles with semicolons between."
        )
        if of_people
        else _(
            "A name in another language has a column of its own, such as names.fr. What it is part of is named by id."
        )
    )
    values = {
        "labels": _("People") if of_people else _("Organisations"),
        "back": "/people" if of_people else "/organisations",
        "here_file": f"/enter-{room}",
        "columns": [(name, presenters.label(name, words), name in required) for name in shown],
        "more_columns": words(more),
        "errors": errors,
        "outcome": outcome,
    }
    return framed(call, "people", "rows_file.html", values, status=400 if errors else 200)


@routes.page("/my/details", access=signed_in(), operation_id="myDetailsPage")
async def mine(call: Call) -> Page:
    """Show what the country knows of whoever signed in, and how they are reached."""
    return await _details(call, {})


@routes.form("/my/details", access=signed_in(), operation_id="myDetailsForm")
async def describe(call: Call) -> Page | Redirect:
    """Change where messages reach whoever signed in, and their language."""
    contact, language = call.form.get("contact", "").strip(), call.form.get("language", "")
    errors = {}
    if len(contact) > NAME_CHARACTERS_MAX or not re.match(CONTACT_PATTERN, contact):
        errors["contact"] = NO_CONTACT
    if language not in i18n.LANGUAGES:
        errors["language"] = NO_LANGUAGE
    if errors:
        return await _details(call, errors)
    await people.describe_oneself(call.context, by=call.actor, contact=contact, language=language)
    return Redirect("/my/details", notice=_("It was saved."))


async def _details(call: Call, errors: Mapping[str, str]) -> Page:
    me = await people.me(call.context, by=call.actor)
    values = {
        "heading": presenters.called(me),
        "summary": await _summary(call, me),
        "values": dict(call.form) if errors else {"contact": me.contact, "language": me.language},
        "languages": _languages(""),
        "errors": dict(errors),
    }
    return framed(call, "record", "my_details.html", values, status=400 if errors else 200)
