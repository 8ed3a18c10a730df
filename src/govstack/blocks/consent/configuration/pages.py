"""Pages of an organisation: its data policies, its agreements and their drafts, and terminating them (C1 to C4)."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from govstack.blocks.consent.agreements import service as agreements
from govstack.blocks.consent.agreements.presenters import terms
from govstack.blocks.consent.configuration import presenters, schemas
from govstack.blocks.consent.drafting import service as drafting
from govstack.blocks.consent.drafting.presenters import draft_rows
from govstack.blocks.consent.evidence.errors import OutdatedRevision, Unknown
from govstack.blocks.consent.evidence.service import Part
from govstack.blocks.consent.frame.presenters import Words, framed
from govstack.blocks.consent.policies import service as policies
from govstack.blocks.consent.policies.errors import PolicyInUse
from govstack.blocks.consent.policies.model import Policy
from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("agreement pages",))
ORGANISATION = needs("consent:configure")
AGREEMENTS_SHOWN = 50


class AgreementsQuery(msgspec.Struct, frozen=True):
    """Which part of the list."""

    start: int = 0
    lang: str = ""


@routes.page("/agreements", access=ORGANISATION, query=AgreementsQuery, operation_id="agreementsPage")
async def list_agreements(call: Call) -> Page:
    """List the agreements of this platform, terminated ones too."""
    start = max(call.query.start, 0)
    found = await agreements.all_known(call.context, part=Part(start, AGREEMENTS_SHOWN + 1), terminated_too=True)
    values = {
        "rows": presenters.rows(Words(call.language), found[:AGREEMENTS_SHOWN]),
        "first": "/agreements" if start else "",
        "drafts": draft_rows(Words(call.language), await drafting.listed(call.context)),
        "next": f"/agreements?start={start + AGREEMENTS_SHOWN}" if len(found) > AGREEMENTS_SHOWN else "",
    }
    return framed(call, "agreements", "agreements.html", values)


@routes.page("/agreements/{agreementId}", access=ORGANISATION, operation_id="agreementAdministrationPage")
async def show_agreement(call: Call) -> Page:
    """Show one agreement with what an organisation may do to it."""
    try:
        known = await agreements.read(call.context, agreement_id=call.path["agreementId"])
    except Unknown as error:
        raise NotFound from error
    words = Words(call.language)
    values = {
        "here": f"/agreements/{known.agreement.id}",
        "name": known.agreement.purpose,
        "state": presenters.state(words, known),
        "terms": terms(words, known.agreement),
        "text": known.revision.snapshot or "",
        "terminated": known.terminated,
        "agreement": known.agreement.id,
    }
    return framed(call, "agreements", "agreement_state.html", values)


@routes.form("/agreements/{agreementId}/terminate", access=ORGANISATION, operation_id="terminateAgreementForm")
async def terminate(call: Call) -> Redirect:
    """Terminate an agreement."""
    try:
        await agreements.terminate(call.context, by=call.actor, agreement_id=call.path["agreementId"])
    except Unknown as error:
        raise NotFound from error
    return Redirect(f"/agreements/{call.path['agreementId']}", notice=_("The agreement was terminated."))


@routes.page("/policies", access=ORGANISATION, query=AgreementsQuery, operation_id="policiesPage")
async def list_policies(call: Call) -> Page:
    """List the data policies in use."""
    start = max(call.query.start, 0)
    found = await policies.listed(call.context, part=Part(start, AGREEMENTS_SHOWN + 1))
    values = {
        "rows": presenters.policy_rows(Words(call.language), found[:AGREEMENTS_SHOWN]),
        "first": "/policies" if start else "",
        "next": f"/policies?start={start + AGREEMENTS_SHOWN}" if len(found) > AGREEMENTS_SHOWN else "",
    }
    return framed(call, "policies", "policies.html", values)


@routes.page("/policies/new", access=ORGANISATION, operation_id="newPolicyPage")
async def ask_policy(call: Call) -> Page:
    """Ask what a new data policy says."""
    return _policy_page(call, "policy_form.html", {}, {})


@routes.form("/policies/new", access=ORGANISATION, operation_id="newPolicyForm")
async def write_policy(call: Call) -> Page | Redirect:
    """Check what a new data policy says, show it, and write it."""
    policy, errors = schemas.read_policy(Words(call.language), call.form)
    if errors or policy is None or call.form.get("step") == "edit":
        return _policy_page(call, "policy_form.html", call.form, errors)
    if call.form.get("step") != "send":
        return _policy_page(call, "policy_check.html", call.form, {}, after=policy)
    made = await policies.create(call.context, by=call.actor, policy=policy)
    return Redirect(f"/policies/{made.policy.id}", notice=_("The data policy was written."))


@routes.page("/policies/{policyId}", access=ORGANISATION, operation_id="policyPage")
async def show_policy(call: Call) -> Page:
    """Show one data policy with what an organisation may do to it."""
    return await _policy(call, {})


@routes.page("/policies/{policyId}/change", access=ORGANISATION, operation_id="changePolicyPage")
async def ask_change(call: Call) -> Page:
    """Ask what the next version of a data policy says."""
    known = await _known_policy(call)
    values = {**schemas.policy_values(known.policy), "revision": known.revision.id}
    return _policy_page(call, "policy_form.html", values, {}, before=known.policy)


@routes.form("/policies/{policyId}/change", access=ORGANISATION, operation_id="changePolicyForm")
async def change_policy(call: Call) -> Page | Redirect:
    """Check what the next version of a data policy says, show what changes, and write it."""
    known = await _known_policy(call)
    policy, errors = schemas.read_policy(Words(call.language), call.form)
    if errors or policy is None or call.form.get("step") == "edit":
        return _policy_page(call, "policy_form.html", call.form, errors, before=known.policy)
    if call.form.get("step") != "send":
        return _policy_page(call, "policy_check.html", call.form, {}, before=known.policy, after=policy)
    try:
        await policies.change(
            call.context, by=call.actor, policy_id=known.policy.id, policy=policy,
            read_id=call.form.get("revision", "") or "none",
        )  # fmt: skip
    except OutdatedRevision:
        wrong = {"": _("Somebody else changed this policy while you wrote. Read it again, and then change it.")}
        return await _policy(call, wrong, status=409)
    return Redirect(f"/policies/{known.policy.id}", notice=_("The next version of the data policy was written."))


@routes.form("/policies/{policyId}/delete", access=ORGANISATION, operation_id="deletePolicyForm")
async def delete_policy(call: Call) -> Page | Redirect:
    """Take a data policy out of use."""
    try:
        await agreements.delete_policy(call.context, by=call.actor, policy_id=call.path["policyId"])
    except Unknown as error:
        raise NotFound from error
    except PolicyInUse as error:
        return await _policy(call, {"": error.title}, status=409)
    return Redirect("/policies", notice=_("The data policy is not in use any more."))


async def _known_policy(call: Call) -> policies.Known:
    try:
        return await policies.read(call.context, policy_id=call.path["policyId"])
    except Unknown as error:
        raise NotFound from error


async def _policy(call: Call, errors: Mapping[str, str], *, status: int = 200) -> Page:
    known, words = await _known_policy(call), Words(call.language)
    values = {
        "here": f"/policies/{known.policy.id}",
        "name": known.policy.name,
        "rows": presenters.policy(words, known.policy),
        "url_shown": presenters.web(known.policy.url),
        "errors": errors,
    }
    return framed(call, "policies", "policy.html", values, status=status)


def _policy_page(
    call: Call,
    template: str,
    values: Mapping[str, str],
    errors: Mapping[str, str],
    *,
    before: Policy | None = None,
    after: Policy | None = None,
) -> Page:
    words = Words(call.language)
    shown = {
        "here": f"/policies/{before.id}/change" if before else "/policies/new",
        "up": f"/policies/{before.id}" if before else "/policies",
        "values": dict.fromkeys((*schemas.POLICY_FIELDS, "revision"), "") | dict(values),
        "kept": {name: values.get(name, "") for name in (*schemas.POLICY_FIELDS, "revision") if values.get(name)},
        "errors": errors,
        "before": before,
        "rows": presenters.policy(words, after) if after else [],
        "changes": presenters.policy_changes(words, before, after) if before and after else [],
    }
    return framed(call, "policies", template, shown, status=400 if errors else 200)
