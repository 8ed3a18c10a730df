"""Pages of forms to take along: a list of them, one for telephones without connection, and one to print."""

from __future__ import annotations

from govstack.kernel import i18n
from govstack.kernel.routing import Answer, Call, Routes, by_policy, needs
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.presenters import framed, in_language
from govstack.pillars.learn.needs.answers import service as answers
from govstack.pillars.learn.needs.campaigns.model import Campaign, Rater
from govstack.pillars.learn.needs.fieldwork import presenters, schemas, service
from govstack.web.answers import Page

routes = Routes(tags=("pages of assessments",))
FORMS = "/campaigns/{campaignId}/forms"


@routes.page(FORMS, access=needs(PLAN), operation_id="formsPage")
async def forms(call: Call) -> Page:
    """Show the forms to take along."""
    campaign = await _campaign(call)
    values = {
        "campaign": campaign.id, "name": in_language(campaign.given.titles, call.language),
        "languages": list(presenters.languages(campaign).items()),
    }  # fmt: skip
    return framed(call, "campaigns", "campaign_forms.html", values)


@routes.page(FORMS + "/xlsform", access=needs(PLAN), operation_id="xlsFormFile")
async def xlsform(call: Call) -> Answer:
    """Hand out the XLSForm."""
    campaign = await _campaign(call)
    content = await service.xlsform(call.context, campaign_id=campaign.id, labels=presenters.labels(campaign))
    return schemas.workbook_answer(content, f"form-{campaign.id}")


@routes.page(FORMS + "/table", access=needs(PLAN), operation_id="answersTableFile")
async def table(call: Call) -> Answer:
    """Hand out an empty spreadsheet."""
    campaign = await _campaign(call)
    content = await service.table(call.context, campaign_id=campaign.id)
    return schemas.workbook_answer(content, f"answers-{campaign.id}")


@routes.page(FORMS + "/paper", access=needs(PLAN), query=schemas.FormQuery, operation_id="paperForm")
async def paper(call: Call) -> Page:
    """Show the questions to print."""
    campaign = await _campaign(call)
    values = {**presenters.form(campaign, _language(call, campaign)), "personal": campaign.personal, "up": _up(call)}
    return framed(call, "campaigns", "paper_form.html", values)


@routes.page(FORMS + "/offline", access=needs(PLAN), query=schemas.FormQuery, operation_id="offlineForm")
async def offline(call: Call) -> Page:
    """Hand out a form that works without a connection, for whoever asks others."""
    return _offline(call, await _campaign(call), "", "")


@routes.page(
    "/assessments/{memberId}/{rater}/offline", access=by_policy("who may rate whom"), query=schemas.FormQuery,
    operation_id="myOfflineForm",
)  # fmt: skip
async def my_offline(call: Call) -> Page:
    """Hand out a form that works without a connection, for oneself or those who report to one."""
    rater = Rater(call.path["rater"]) if call.path["rater"] in set(Rater) else Rater.SELF
    ask = await answers.asked(call.context, by=call.actor, member_id=call.path["memberId"], rater=rater)
    about = ask.member.person_id if ask.campaign.personal else ask.member.organisation_id
    return _offline(call, ask.campaign, about or "", str(rater))


def _offline(call: Call, campaign: Campaign, about: str, rater: str) -> Page:
    language = _language(call, campaign)
    raters = [(str(one), presenters.RATERS[one]) for one in campaign.given.raters]
    values = {
        **presenters.form(campaign, language), "campaign": campaign.id, "about": about, "rater": rater,
        "raters": raters, "personal": campaign.personal, "spoken": language, "runs": i18n.direction(language),
        "digest": campaign.digest[-16:],
    }  # fmt: skip
    headers = {
        "Content-Disposition": f'attachment; filename="form-{campaign.id}-{language}.html"',
        "Cache-Control": "no-store",
    }
    return Page("offline_form.html", values, headers=headers)


async def _campaign(call: Call) -> Campaign:
    return await service.campaign(call.context, campaign_id=call.path["campaignId"])


def _up(call: Call) -> str:
    return f"/campaigns/{call.path['campaignId']}/forms"


def _language(call: Call, campaign: Campaign) -> str:
    for one in (call.query.language, call.language):
        if one in campaign.languages:
            return str(one)
    return campaign.languages[0]
