"""Pages of looking back: how many people a badge would reach, and how far awarding it is."""

from __future__ import annotations

from dataclasses import replace

from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, by_policy
from govstack.pillars.learn.earning.model import Place, Source
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.learning.achievements import service as achievements
from govstack.pillars.learn.lookback import presenters, service
from govstack.pillars.learn.lookback.errors import NotCounted, NotNamed
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of badges that are earned",))
ONE = "/badge-look-backs/{lookBackId}"
KEEPERS = by_policy("whoever looks after the course, the offering or the community")
REFRESH_SECONDS = 5


@routes.form("/badge-look-backs", access=KEEPERS, operation_id="beginLookBackForm")
async def begin(call: Call) -> Redirect:
    """Begin to count who would get a badge."""
    if call.form.get("source", "") not in set(Source):
        raise NotFound
    place = Place(Source(call.form["source"]), call.form.get("source_id", ""))
    try:
        one = await service.start(
            call.context, by=call.actor, place=place, achievement_id=call.form.get("named", "")
        )  # fmt: skip
    except NotNamed:
        notice = Words(call.language)(_("Choose a badge to look back at."))
        return Redirect(presenters.BACK[place.kind][1].format(id=place.id), notice=notice)
    return Redirect(f"/badge-look-backs/{one.id}")


@routes.page(ONE, access=KEEPERS, operation_id="lookBackPage")
async def show(call: Call) -> Page:
    """Show how far a look back is; the page renews itself while it works."""
    one = await service.read(call.context, by=call.actor, look_back_id=call.path["lookBackId"])
    badge = await achievements.read(call.context, achievement_id=one.achievement_id)
    values = presenters.shown(one, badge, Words(call.language))
    page = framed(call, presenters.BACK[one.source][0], "look_back.html", values)
    return replace(page, headers={"Refresh": str(REFRESH_SECONDS)}) if one.state.works else page


@routes.form(ONE, access=KEEPERS, operation_id="decideLookBackForm")
async def decide(call: Call) -> Redirect:
    """Let those who were counted get the badge, or stop."""
    notice = ""
    try:
        await service.decide(
            call.context, by=call.actor, look_back_id=call.path["lookBackId"], award=call.form.get("act") == "award"
        )  # fmt: skip
    except NotCounted as problem:
        notice = Words(call.language)(problem.title)
    return Redirect(f"/badge-look-backs/{call.path['lookBackId']}", notice=notice)
