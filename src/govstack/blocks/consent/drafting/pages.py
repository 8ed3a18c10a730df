"""Pages on which organisations write agreements: one question a page, all answers shown before they count (C1, C3)."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.blocks.consent.agreements import presenters as about
from govstack.blocks.consent.agreements.errors import Terminated
from govstack.blocks.consent.agreements.model import DESCRIPTION_CHARACTERS_MAX, PURPOSE_CHARACTERS_MAX, differences
from govstack.blocks.consent.drafting import model, presenters, schemas, service
from govstack.blocks.consent.drafting.errors import ChangedMeanwhile, NotWhole, TooManyDrafts
from govstack.blocks.consent.drafting.model import Draft, Step
from govstack.blocks.consent.evidence.errors import Unknown
from govstack.blocks.consent.evidence.service import Part
from govstack.blocks.consent.frame.presenters import Words, framed
from govstack.blocks.consent.policies import service as policies
from govstack.blocks.consent.policies.model import Policy
from govstack.blocks.consent.records import service as records
from govstack.kernel.errors import BadRequest, NotFound
from govstack.kernel.i18n import LANGUAGES, _
from govstack.kernel.routing import Call, Routes, needs
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("agreement drafts",))
ORGANISATION = needs("consent:configure")
POLICIES_SHOWN = Part(0, 200)
FIELDS = (
    "language", "purpose", "description", "name", "url", "basis", "sensitivity", "category", "policy", "days", "dpia",
    "forgettable", "signatures", "version",
)  # fmt: skip
OUTDATED = _("The agreement was changed while you wrote. Discard this draft and start again from its present version.")


@routes.form("/drafts", access=ORGANISATION, operation_id="startDraftForm")
async def start(call: Call) -> Redirect:
    """Start a new agreement, or the next version of one."""
    agreement_id = call.form.get("agreement", "")
    try:
        made = await service.start(call.context, by=call.actor, agreement_id=agreement_id, language=call.language)
    except Unknown as error:
        raise NotFound from error
    except (Terminated, TooManyDrafts) as error:
        return Redirect(f"/agreements/{agreement_id}" if agreement_id else "/agreements", notice=error.title)
    return Redirect(f"/drafts/{made.id}" if agreement_id else f"/drafts/{made.id}/{Step.LANGUAGE}")


@routes.page("/drafts/{draftId}", access=ORGANISATION, operation_id="draftPage")
async def check(call: Call) -> Page:
    """Show the answers of a draft before it is published, and what they change for those who agreed."""
    return await _check(call, {})


@routes.form("/drafts/{draftId}/publish", access=ORGANISATION, operation_id="publishDraftForm")
async def publish(call: Call) -> Page | Redirect:
    """Put a draft in force."""
    try:
        agreement_id = await service.publish(call.context, by=call.actor, draft_id=call.path["draftId"])
    except Unknown as error:
        raise NotFound from error
    except NotWhole:
        return await _check(call, {"": _("This agreement cannot be published yet. See below what is missing.")})
    except (ChangedMeanwhile, Terminated):
        return await _check(call, {"": OUTDATED})
    except BadRequest:
        return await _check(
            call, {"": _("The data policy is not in use any more, or does not fit. Choose another one.")}
        )
    return Redirect(f"/agreements/{agreement_id}", notice=_("The agreement is in force. People can agree to it now."))


@routes.form("/drafts/{draftId}/discard", access=ORGANISATION, operation_id="discardDraftForm")
async def discard(call: Call) -> Redirect:
    """Throw a draft away."""
    await service.discard(call.context, by=call.actor, draft_id=call.path["draftId"])
    return Redirect("/agreements", notice=_("The draft was discarded."))


@routes.page("/drafts/{draftId}/translations/{language}", access=ORGANISATION, operation_id="draftTranslationPage")
async def ask_translation(call: Call) -> Page:
    """Ask for the texts of a draft in another language."""
    draft = await _draft(call)
    said = draft.content.translations.get(_language(call, draft), model.Words())
    texts = {"purpose": said.purpose, "description": said.description, "controller": said.controller}
    names = {f"attribute-{place}": text for place, text in enumerate(said.attributes, start=1)}
    return _translation(call, draft, {**texts, **names}, {})


@routes.form("/drafts/{draftId}/translations/{language}", access=ORGANISATION, operation_id="draftTranslationForm")
async def translate(call: Call) -> Page | Redirect:
    """Take in the texts of a draft in another language."""
    draft = await _draft(call)
    language = _language(call, draft)
    change, errors = schemas.read_translation(Words(call.language), language, call.form, draft.content)
    if errors:
        return _translation(call, draft, call.form, errors)
    await service.answer(call.context, by=call.actor, draft_id=draft.id, change=change)
    return Redirect(f"/drafts/{draft.id}", notice=_("The translation was saved."))


@routes.form("/drafts/{draftId}/attributes/remove", access=ORGANISATION, operation_id="removeDraftAttributeForm")
async def remove_kind(call: Call) -> Redirect:
    """Take one kind of data out of a draft."""
    place, name = call.form.get("place", ""), call.form.get("name", "")

    def change(now: model.Content) -> model.Content:
        number = int(place) if place.isascii() and place.isdecimal() and len(place) < 4 else -1
        same = 0 <= number < len(now.attributes) and now.attributes[number].name == name
        return model.without_kind(now, number) if same else now

    await _answered(call, change)
    return Redirect(f"/drafts/{call.path['draftId']}/{Step.ATTRIBUTES}")


@routes.page("/drafts/{draftId}/{step}", access=ORGANISATION, operation_id="draftStepPage")
async def ask(call: Call) -> Page:
    """Ask one question of a draft."""
    draft, step = await _draft(call), _step(call)
    return await _question(call, draft, step, _values(draft, step), {})


@routes.form("/drafts/{draftId}/{step}", access=ORGANISATION, operation_id="draftStepForm")
async def answer(call: Call) -> Page | Redirect:
    """Take in the answer to one question, and lead to the next one or to all answers."""
    draft, step = await _draft(call), _step(call)
    known = await policies.listed(call.context, part=POLICIES_SHOWN)
    change, errors = schemas.read(Words(call.language), step, call.form, draft.content, known)
    if errors:
        return await _question(call, draft, step, call.form, errors)
    saved = await _answered(call, change)
    if step is Step.ATTRIBUTES and call.form.get("act") == "add":
        return Redirect(f"/drafts/{draft.id}/{step}")
    following = model.following(saved.content)
    return Redirect(f"/drafts/{draft.id}/{following}" if following else f"/drafts/{draft.id}")


async def _draft(call: Call) -> Draft:
    try:
        return await service.read(call.context, draft_id=call.path["draftId"])
    except Unknown as error:
        raise NotFound from error


async def _answered(call: Call, change: schemas.Change) -> Draft:
    try:
        return await service.answer(call.context, by=call.actor, draft_id=call.path["draftId"], change=change)
    except Unknown as error:
        raise NotFound from error


def _step(call: Call) -> Step:
    if call.path["step"] not in set(Step):
        raise NotFound
    return Step(call.path["step"])


def _language(call: Call, draft: Draft) -> str:
    language = call.path["language"]
    if language not in LANGUAGES or language == draft.content.language:
        raise NotFound
    return language


def _values(draft: Draft, step: Step) -> dict[str, str]:
    content = draft.content
    if step is Step.CONTROLLER:
        return {"name": content.controller_name, "url": content.controller_url}
    if step is Step.FORGETTABLE and step not in content.answered:
        return {}
    kept: dict[Step, str] = {
        Step.LANGUAGE: content.language,
        Step.PURPOSE: content.purpose,
        Step.DESCRIPTION: content.description,
        Step.BASIS: content.basis or "",
        Step.POLICY: content.policy_id,
        Step.RETENTION: str(content.retention_days or ""),
        Step.DPIA: content.dpia,
        Step.FORGETTABLE: "yes" if content.forgettable else "no",
        Step.SIGNATURES: str(content.signatures_required or ""),
        Step.VERSION: content.version,
    }
    name = {Step.RETENTION: "days", Step.DPIA: "dpia"}.get(step, step.value)
    return {name: kept.get(step, "")}


async def _question(call: Call, draft: Draft, step: Step, values: Mapping[str, str], errors: dict[str, str]) -> Page:
    words, listed = Words(call.language), list[Policy]()
    if step in {Step.POLICY, Step.RETENTION}:
        listed = await policies.listed(call.context, part=POLICIES_SHOWN)
    chosen = next((one for one in listed if one.id == draft.content.policy_id), None)
    shown = {
        "here": f"/drafts/{draft.id}/{step}",
        "draft": f"/drafts/{draft.id}",
        "step": step.value,
        "question": words(presenters.QUESTIONS[step]),
        "position": words(_("Question {number} of {count}"), number=list(Step).index(step) + 1, count=len(Step)),
        "values": dict.fromkeys(FIELDS, "") | dict(values),
        "errors": errors,
        "kinds": presenters.kinds(words, draft.content),
        "languages": presenters.languages(words),
        "bases": presenters.bases(words),
        "sensitivities": presenters.sensitivities(words),
        "policies": presenters.policies(words, listed),
        "policy_says": presenters.kept(words, chosen.data_retention_period_days) if chosen else "",
        "purpose_max": PURPOSE_CHARACTERS_MAX,
        "description_max": DESCRIPTION_CHARACTERS_MAX,
    }
    return framed(call, "agreements", "draft_question.html", shown, status=400 if errors else 200)


def _translation(call: Call, draft: Draft, values: Mapping[str, str], errors: dict[str, str]) -> Page:
    words, language = Words(call.language), call.path["language"]
    names = (
        "purpose",
        "description",
        "controller",
        *(f"attribute-{at}" for at in range(1, len(draft.content.attributes) + 1)),
    )
    shown = {
        "here": f"/drafts/{draft.id}/translations/{language}",
        "draft": f"/drafts/{draft.id}",
        "language": about.language_name(words, language),
        "content": draft.content,
        "values": dict.fromkeys(names, "") | dict(values),
        "errors": errors,
    }
    return framed(call, "agreements", "draft_translation.html", shown, status=400 if errors else 200)


async def _check(call: Call, errors: dict[str, str]) -> Page:
    words = Words(call.language)
    try:
        found = await service.compared(call.context, draft_id=call.path["draftId"])
    except Unknown as error:
        raise NotFound from error
    draft, known = found.draft, await policies.listed(call.context, part=POLICIES_SHOWN)
    values: dict[str, object] = {
        "here": f"/drafts/{draft.id}",
        "back": f"/agreements/{draft.agreement_id}" if draft.agreement_id else "/agreements",
        "rows": presenters.answers(words, draft, known),
        "translations": presenters.translations(words, draft),
        "errors": {"": words(OUTDATED)} if found.outdated else errors,
        "before": found.before,
        "gaps": presenters.gaps(words, draft) if errors and not found.outdated else [],
        "whole": not model.missing(draft.content) and not model.untranslated(draft.content) and not found.outdated,
    }
    if found.before is not None:
        after = service.preview(draft, found.before, known)
        values["changes"] = about.difference_rows(words, differences(found.before, after, call.language))
        number = await records.agreeing(call.context, agreement_id=found.before.id)
        values["agreeing"] = presenters.agreeing(words, found.before, number)
    status = 409 if errors and found.outdated else 400 if errors else 200
    return framed(call, "agreements", "draft_check.html", values, status=status)
