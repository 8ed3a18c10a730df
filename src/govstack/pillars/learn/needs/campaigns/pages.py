"""Pages of campaigns: plan one, look at it, start and close it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from govstack.kernel import clock, i18n, ids
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs
from govstack.pillars.learn.frame.errors import BadId
from govstack.pillars.learn.frame.model import PLAN, is_id
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.needs.campaigns import presenters, schemas, service
from govstack.pillars.learn.needs.campaigns.errors import FaultyCampaign, NobodyMeant, TooManyMembers, UnknownCampaign
from govstack.pillars.learn.needs.campaigns.model import Campaign, Plan, Rater, State
from govstack.pillars.learn.needs.instruments import service as instruments
from govstack.pillars.learn.needs.profiles.pages import posts as profile_posts
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.presenters import choices
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of assessments",))
ONE = "/campaigns/{campaignId}"
PAGE_CAMPAIGNS = 50
INSTRUMENTS_MAX = 200
# With more than these, organisations are named by their ids.
ORGANISATIONS_OFFERED_MAX = 100


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
    return await _asked(call, ids.new_id(), Plan(opens=clock.today().isoformat()), {})


@routes.page(ONE + "/change", access=needs(PLAN), operation_id="changeCampaignPage")
async def ask_change(call: Call) -> Page | Redirect:
    """Ask for the plan of a campaign that has not started."""
    found = await service.campaign(call.context, campaign_id=call.path["campaignId"])
    if found.state is not State.DRAFT:
        return Redirect(f"/campaigns/{found.id}")
    return await _asked(call, found.id, schemas.plan_from(found.given, call.language), {})


@routes.form("/new-campaign", access=needs(PLAN), operation_id="newCampaignForm")
async def plan(call: Call) -> Page | Redirect:
    """Plan a campaign, or change its plan."""
    words, asked = Words(call.language), schemas.plan_of(call)
    campaign_id = call.form.get("id") or ids.new_id()
    if not is_id(campaign_id):
        raise BadId
    known = await people.found(call.context, texts=asked.people)
    if wrong := presenters.lacking(asked, known, words, today=clock.now().date()):
        return await _asked(call, campaign_id, asked, wrong)
    try:
        before = (await service.campaign(call.context, campaign_id=campaign_id)).given.titles
    except UnknownCampaign:
        before = {}
    given = schemas.given_of(asked, known, {**before, call.language: asked.title})
    try:
        made = await service.plan(call.context, by=call.actor, campaign_id=campaign_id, given=given)
    except FaultyCampaign as problem:
        return await _asked(call, campaign_id, asked, presenters.messages(problem.fields, words))
    return Redirect(f"/campaigns/{made.id}")


async def _asked(call: Call, campaign_id: str, asked: Plan, errors: dict[str, str]) -> Page:
    words = Words(call.language)
    found = await instruments.listed(call.context, limit=INSTRUMENTS_MAX)
    organisations = choices(await people.tree(call.context), call.language)
    values = {
        "id": campaign_id, "asked": asked, "instruments": presenters.instruments(found, call.language),
        "raters": presenters.raters(words), "languages": list(i18n.NAMES.items()), "errors": errors,
        "organisations": organisations if len(organisations) <= ORGANISATIONS_OFFERED_MAX else [],
    }  # fmt: skip
    return framed(call, "campaigns", "campaign_plan.html", values, status=400 if errors else 200)


@routes.form(ONE + "/discard", access=needs(PLAN), operation_id="discardCampaignForm")
async def discard(call: Call) -> Redirect:
    """Discard a plan that has not started."""
    await service.discard(call.context, by=call.actor, campaign_id=call.path["campaignId"])
    return Redirect("/campaigns", notice=Words(call.language)(_("The plan was discarded.")))


def campaign_page(rated: Callable[[Call, Sequence[str]], Awaitable[Mapping[tuple[str, str], str]]]) -> Routes:
    """Return the page of a campaign; `rated` gives when members were last rated, by member and kind of rater."""
    made = Routes(tags=("pages of assessments",))

    @made.page(ONE, access=needs(PLAN), operation_id="campaignPage")
    async def show(call: Call) -> Page:
        """Show a campaign, and which of its organisations were rated."""
        found = await service.campaign(call.context, campaign_id=call.path["campaignId"])
        members = await service.organisations(call.context, campaign=found)
        return await _shown(call, found, {}, await rated(call, [one.id for one in members]) if members else {})

    return made


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


async def _shown(
    call: Call, found: Campaign, errors: dict[str, str], rated: Mapping[tuple[str, str], str] | None = None
) -> Page:
    posts = await profile_posts(call, found.given.population.profiles)
    asked = await instruments.instrument(
        call.context, instrument_id=found.given.instrument_id, version=found.instrument_version or 0
    )
    words, tree = Words(call.language), await people.tree(call.context)
    values = presenters.shown(
        found, tree, posts, asked, words, size=await service.size(call.context, campaign=found)
    )  # fmt: skip
    members = await service.organisations(call.context, campaign=found)
    proofs = [one for one in (Rater.EVIDENCE, Rater.TEST) if found.state is State.OPEN and one in found.given.raters]
    listed = partial(presenters.members, members, tree, call.language, rated=rated or {})
    shown = {
        "members": listed(Rater.GROUP) if values["group"] else [],
        "proofs": [(f"number-{one}", str(one), words(presenters.RATERS[one]), listed(one)) for one in proofs],
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
