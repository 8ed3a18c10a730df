"""The page on which people say of themselves what figures are split by, or rather not."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, signed_in
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.splits import service
from govstack.pillars.learn.splits.errors import NotAsked
from govstack.pillars.learn.splits.model import Dimension, SelfDescription
from govstack.pillars.learn.vocabularies.presenters import offered
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of what people say of themselves",))
CHARACTERS_MAX = 60
QUESTIONS = {
    Dimension.AGE: _("How old are you?"),
    Dimension.DISABILITY: _("Do you have a disability?"),
    Dimension.AREA: _("Where do you live?"),
}


@routes.page("/my/self-description", access=signed_in(), operation_id="mySelfDescriptionPage")
async def show(call: Call) -> Page:
    """Show what one said of oneself, and what that is for."""
    return await _show(call, await service.mine(call.context, by=call.actor), {})


@routes.form("/my/self-description", access=signed_in(), operation_id="selfDescriptionForm")
async def say(call: Call) -> Page | Redirect:
    """Say of oneself what is asked, or take it back."""
    said = SelfDescription(
        age=call.form.get("age", "")[:CHARACTERS_MAX], disability=call.form.get("disability", "")[:CHARACTERS_MAX],
        area=call.form.get("area", "")[:CHARACTERS_MAX],
    )  # fmt: skip
    try:
        await service.say(call.context, by=call.actor, said=said)
    except NotAsked as problem:
        return await _show(call, said, dict(problem.fields))
    return Redirect("/my/self-description", notice=_("It was saved."))


async def _show(call: Call, said: SelfDescription, errors: Mapping[str, str]) -> Page:
    words, terms = Words(call.language), await service.terms(call.context)
    values = {
        "questions": [
            (one.value, words(QUESTIONS[one]), offered(known, call.language, [said.of(one)]), said.of(one))
            for one, known in terms.items()
        ],
        "least": service.smallest(call.context),
        "days": _days(call),
        "errors": errors,
    }
    return framed(call, "record", "self_description.html", values, status=400 if errors else 200)


def _days(call: Call) -> int:
    return call.context.settings.number(service.KEEPING.setting.name)
