"""Pages of campaigns: plan one, look at it, start and close it."""

from __future__ import annotations

import re

from govstack.kernel import clock, ids
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.needs.campaigns import presenters, schemas, service
from govstack.pillars.learn.needs.campaigns.errors import FaultyCampaign, NobodyMeant, TooManyMembers
from govstack.pillars.learn.needs.campaigns.model import Campaign, Given, Population, Rater, State
from govstack.pillars.learn.needs.instruments import service as instruments
from govstack.pillars.learn.needs.profiles.pages import posts as profile_posts
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.presenters import choices
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of assessments",))
ONE = "/campaigns/{campaignId}"
PAGE_CAMPAIGNS = 50
INSTRUMENTS_MAX = 200
TITLE_CHARACTERS_MAX = 200
FIELDS = ("title", "instrument", "organisation", "profiles", "people")
_WORDS = re.compile(r"[\s,;]+")


@routes.page("/campaigns", access=needs(PLAN), query=schemas.ListQuery, operation_id="campaignsPage")
async def campaigns(call: Call) -> Page:
    """List campaigns."""
    found = await service.listed(call.context, before=call.query.before, limit=PAGE_CAMPAIGNS)
    values = {
        "rows": presenters.rows(found, Words(call.language)),
        "first": "/campaigns" if call.query.before else "",
        "next": f"/campaigns?before={found[-1].id}" if len(found) == PAGE_CAMPAIGNS else "",
    }
    return framed(call, "campaigns", "campaigns.html", values)


@routes.page("/new-campaign", access=needs(PLAN), operation_id="newCampaignPage")
async def ask(call: Call) -> Page:
    """Ask for the plan of a new campaign."""
    return await _asked(call, ids.new_id(), {"opens": clock.now().date().isoformat()}, {})


@routes.form("/new-campaign", access=needs(PLAN), operation_id="newCampaignForm")
async def plan(call: Call) -> Page | Redirect:
    """Plan a campaign, or change its plan."""
    words, form, given = Words(call.language), call.form, _read(call)
    wrong = {}
    if not form.get("title", "").strip():
        wrong["title"] = words(_("Enter a name"))
    if not form.get("instrument"):
        wrong["instrument"] = words(_("Choose an instrument"))
    if not given.raters:
        wrong["raters"] = words(_("Choose at least one way to rate"))
    if wrong:
        return await _asked(call, form.get("id", ""), form, wrong)
    try:
        made = await service.plan(call.context, by=call.actor, campaign_id=form.get("id") or ids.new_id(), given=given)
    except FaultyCampaign as problem:
        return await _asked(call, form.get("id", ""), form, presenters.messages(problem.fields, words))
    return Redirect(f"/campaigns/{made.id}")


def _read(call: Call) -> Given:
    form, lists = call.form, call.form_lists

    def day(name: str) -> str:
        parts = (form.get(f"{name}-{part}", "").strip() for part in ("year", "month", "day"))
        year, month, day_ = parts
        return f"{year:0>4}-{month:0>2}-{day_:0>2}"[:10]

    def listed(name: str) -> tuple[str, ...]:
        return tuple(one for one in _WORDS.split(form.get(name, "")) if one)

    organisation = form.get("organisation", "")
    return Given(
        titles={call.language: form.get("title", "").strip()[:TITLE_CHARACTERS_MAX] or "-"},
        instrument_id=form.get("instrument", ""), opens_on=day("opens"), closes_on=day("closes"),
        raters=tuple(Rater(one) for one in lists.get("raters", []) if one in set(Rater)),
        population=Population(
            organisations=(organisation,) if organisation else (), profiles=listed("profiles"),
            people=listed("people"),
        ),
    )  # fmt: skip


async def _asked(call: Call, campaign_id: str, form: dict[str, str], errors: dict[str, str]) -> Page:
    words = Words(call.language)
    found = await instruments.listed(call.context, limit=INSTRUMENTS_MAX)

    def day(name: str) -> dict[str, str] | str:
        if f"{name}-day" not in form:
            return form.get(name, "")
        return {part: form.get(f"{name}-{part}", "") for part in ("day", "month", "year")}

    values = {
        "id": campaign_id, "given": {name: form.get(name, "") for name in FIELDS},
        "opens": day("opens"), "closes": day("closes"), "chosen": call.form_lists.get("raters", ["self"]),
        "instruments": presenters.instruments(found, call.language), "raters": presenters.raters(words),
        "organisations": choices(await people.tree(call.context), call.language), "errors": errors,
    }  # fmt: skip
    return framed(call, "campaigns", "campaign_plan.html", values)


@routes.page(ONE, access=needs(PLAN), operation_id="campaignPage")
async def campaign(call: Call) -> Page:
    """Show a campaign."""
    found = await service.campaign(call.context, campaign_id=call.path["campaignId"])
    return await _shown(call, found, {})


@routes.form(ONE + "/start", access=needs(PLAN), operation_id="startCampaignForm")
async def start(call: Call) -> Page | Redirect:
    """Start a campaign."""
    words = Words(call.language)
    try:
        made = await service.start(call.context, by=call.actor, campaign_id=call.path["campaignId"])
    except (NobodyMeant, TooManyMembers) as problem:
        found = await service.campaign(call.context, campaign_id=call.path["campaignId"])
        return await _shown(call, found, {"": words.said(problem.detail)})
    return Redirect(
        f"/campaigns/{made.id}", notice=words(_("The campaign is open. Its questions and people are frozen."))
    )


@routes.form(ONE + "/close", access=needs(PLAN), operation_id="closeCampaignForm")
async def close(call: Call) -> Redirect:
    """Close a campaign."""
    made = await service.close(call.context, by=call.actor, campaign_id=call.path["campaignId"])
    return Redirect(f"/campaigns/{made.id}", notice=Words(call.language)(_("The campaign is closed.")))


async def _shown(call: Call, found: Campaign, errors: dict[str, str]) -> Page:
    posts = await profile_posts(call, found.given.population.profiles)
    asked = await instruments.instrument(
        call.context, instrument_id=found.given.instrument_id, version=found.instrument_version or 0
    )
    words, tree = Words(call.language), await people.tree(call.context)
    values = presenters.shown(found, tree, posts, asked.titles, words)
    members = await service.organisations(call.context, campaign=found)
    proofs = [one for one in (Rater.EVIDENCE, Rater.TEST) if found.state is State.OPEN and one in found.given.raters]
    shown = {
        "members": presenters.members(members, tree, call.language, Rater.GROUP) if values["group"] else [],
        "proofs": [
            (f"number-{one}", str(one), words(presenters.RATERS[one]),
             presenters.members(members, tree, call.language, one))
            for one in proofs
        ],
        "personal": found.personal, "entered": call.form,
    }  # fmt: skip
    return framed(
        call, "campaigns", "campaign.html", {**values, **shown, "errors": errors}, status=400 if errors else 200
    )


@routes.form(ONE + "/rate", access=needs(PLAN), operation_id="rateMemberForm")
async def rate(call: Call) -> Page | Redirect:
    """Lead to where the training unit enters what evidence or a test says of a person."""
    found = await service.campaign(call.context, campaign_id=call.path["campaignId"])
    rater = call.form.get("rater", "")
    field = f"number-{rater}"
    number = call.form.get(field, "").strip()
    known = await service.members(call.context, campaign=found, named=[number]) if number else {}
    if rater not in {str(one) for one in found.given.raters} or number not in known:
        return await _shown(
            call, found, {f"number-{rater}": _("Nobody with this number is assessed in this campaign.")}
        )
    return Redirect(f"/assessments/{known[number].id}/{rater}")
