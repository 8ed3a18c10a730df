"""Pages of the talent archive: one's own card, and the search for experts."""

from __future__ import annotations

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, by_policy, signed_in
from govstack.pillars.learn.frame.presenters import Cell, Words, framed
from govstack.pillars.learn.knowing.talent import schemas, service
from govstack.pillars.learn.knowing.talent.errors import NoCard, UnknownWords
from govstack.pillars.learn.knowing.talent.model import SECTION, VOCABULARIES, Card, Expert, Part, Wanted
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.vocabularies import service as vocabularies
from govstack.pillars.learn.vocabularies.presenters import labelled, offered
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of the talent archive",))
LEVEL_DIGITS_MAX = 2
PARTS = {
    Part.LANGUAGES: _("Languages"),
    Part.CLEARANCE: _("Security clearance"),
    Part.AVAILABILITY: _("Availability"),
    Part.COMPETENCIES: _("Competencies as they were rated"),
}
RATERS = {
    "self": _("Said by themselves"),
    "manager": _("Rated by a manager"),
    "test": _("Shown by a test"),
    "evidence": _("Shown by evidence"),
    "credential": _("Shown by a credential"),
}


@routes.page("/my/talent-card", access=signed_in(), operation_id="myTalentCardPage")
async def mine(call: Call) -> Page:
    """Show one's card in the talent archive."""
    try:
        return await _card(call, await service.mine(call.context, by=call.actor), {}, entered=True)
    except NoCard:
        return await _card(call, Card(), {}, entered=False)


@routes.form("/my/talent-card", access=signed_in(), operation_id="talentCardForm")
async def enter(call: Call) -> Page | Redirect:
    """Enter the archive, or change one's card."""
    lists, form = call.form_lists, call.form
    card = Card(
        languages=tuple(dict.fromkeys(lists.get("languages", [])))[:30], clearance=form.get("clearance", "")[:100],
        availability=form.get("availability", "")[:100],
        shows=frozenset(part for part in Part if part in lists.get("shows", [])),
    )  # fmt: skip
    try:
        await service.enter(call.context, by=call.actor, card=card)
    except UnknownWords as problem:
        return await _card(call, card, dict(problem.fields), entered=False)
    return Redirect("/my/talent-card", notice=_("Your card was kept."))


@routes.form("/my/talent-card/leave", access=signed_in(), operation_id="leaveTalentForm")
async def leave(call: Call) -> Redirect:
    """Leave the archive."""
    await service.leave(call.context, by=call.actor)
    return Redirect("/my/talent-card", notice=_("You left the talent archive."))


async def _card(call: Call, card: Card, errors: dict[str, str], *, entered: bool) -> Page:
    words = Words(call.language)
    terms = await vocabularies.terms(call.context, vocabularies=VOCABULARIES)
    values = {
        "card": card,
        "entered": entered,
        "languages": offered(terms["language"], call.language, card.languages),
        "clearances": offered(terms["clearance"], call.language, [card.clearance]),
        "availabilities": offered(terms["availability"], call.language, [card.availability]),
        "offers": [(str(part), words(label)) for part, label in PARTS.items()],
        "chosen": [str(part) for part in card.shows],
        "errors": errors,
    }
    return framed(call, "requests", "talent_card.html", values)


@routes.page(
    "/talent", access=by_policy("learn:advise or learn:plan"), query=schemas.SearchQuery, operation_id="talentPage"
)  # fmt: skip
async def talent(call: Call) -> Page:
    """Find experts who want to be found."""
    service.require_searcher(call.actor)
    asked = call.query
    terms = await vocabularies.terms(call.context, vocabularies=VOCABULARIES)
    words = Words(call.language)
    labels = {name: labelled(terms[name], call.language) for name in VOCABULARIES}
    digits = asked.level if asked.level.isascii() and asked.level.isdecimal() else ""
    level = int(digits) if 0 < len(digits) <= LEVEL_DIGITS_MAX else 0
    wanted = Wanted(
        competency=asked.competency.strip(), level=level, verified=asked.evidence != "any", language=asked.language,
        clearance=asked.clearance, availability=asked.availability,
    )  # fmt: skip
    found = await service.search(call.context, by=call.actor, wanted=wanted) if asked.search else []
    tree = await people.tree(call.context)
    places = {one.id: one.names for one in tree.by_id.values()}
    values = {
        "asked": asked,
        "searched": bool(asked.search),
        "languages": offered(terms["language"], call.language),
        "clearances": offered(terms["clearance"], call.language),
        "availabilities": offered(terms["availability"], call.language),
        "rows": [_row(one, labels, places, words) for one in found],
    }
    return framed(call, SECTION, "talent.html", values)


def _row(one: Expert, labels: dict[str, dict[str, str]], places: dict[str, dict[str, str]], words: Words) -> list[Cell]:
    names = places.get(one.organisation_id, {})
    rated = (
        words(
            _("Level {level}: {how}, {day}"), level=one.level, how=words(RATERS.get(one.rater_type, "")),
            day=i18n.format_date(words.language, one.rated_on),
        )
        if one.level is not None
        else ""
    )  # fmt: skip
    return [
        one.name, names.get(words.language) or names.get("en", ""), rated,
        words.listed(labels["language"].get(code, code) for code in one.languages),
        labels["clearance"].get(one.clearance, ""), labels["availability"].get(one.availability, ""),
    ]  # fmt: skip
