"""Pages of certificates: one's own from elsewhere, their review, and the certificate of a badge to print."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import msgspec

from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, by_policy, signed_in
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.learning.badges import service as badges
from govstack.pillars.learn.learning.certificates import presenters, schemas, service
from govstack.pillars.learn.learning.certificates.errors import EndsBeforeItBegins, NoProof, NotACopy
from govstack.pillars.learn.learning.certificates.model import COPY_BYTES_MAX, REASON_CHARACTERS_MAX, State, Stated
from govstack.pillars.learn.people import service as people
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of certificates",))
REVIEWERS = by_policy("experts and the training unit")
CONCERNED = by_policy("the person concerned, experts, and the training unit")
BASE = "/certificates"
FIELDS = ("scheme", "title", "issuer", "number", "link")
DATES = ("issued", "expires")


@routes.page(BASE, access=signed_in(), operation_id="myCertificatesPage")
async def mine(call: Call) -> Page:
    """List the certificates of whoever signed in."""
    found = await service.mine(call.context, by=call.actor)
    values = {
        "rows": presenters.rows(Words(call.language), found),
        "reviewing": service.may_review(call.actor),
    }
    return framed(call, "badges", "certificates.html", values)


@routes.page(f"{BASE}/new", access=signed_in(), operation_id="certificateNewPage")
async def ask_new(call: Call) -> Page:
    """Ask for a certificate from elsewhere."""
    return _form(call, {}, {})


@routes.form(
    f"{BASE}/new", access=signed_in(), operation_id="certificateNewForm", body_bytes_max=COPY_BYTES_MAX + 100_000
)
async def declare(call: Call) -> Page | Redirect:
    """Record a certificate from elsewhere."""
    form = call.form
    given = {name: form.get(name, "").strip() for name in FIELDS} | {name: _date(form, name) for name in DATES}
    errors = {name: _("Enter a text.") for name in ("title", "issuer") if not given[name]}
    if not given["scheme"]:
        errors["scheme"] = _("Choose one.")
    upload = call.files.get("copy")
    if not errors:
        try:
            dates = {"issuedOn": given["issued"], "expiresOn": given["expires"]}
            stated = msgspec.convert({**{name: given[name] for name in FIELDS}, **dates}, Stated)
            await service.declare(call.context, by=call.actor, stated=stated, copy=upload.content if upload else b"")
        except msgspec.ValidationError:
            errors["link"] = _("A text is too long, or the link does not begin with https://.")
            if not given["issued"]:
                errors = {"issued": EndsBeforeItBegins.title}
        except BadRequest as problem:
            fields = {NoProof: "number", NotACopy: "copy", EndsBeforeItBegins: "issued"}
            errors[fields.get(type(problem), "title")] = problem.title
        else:
            return Redirect(BASE, notice=Words(call.language)(_("The certificate was recorded as self-declared.")))
    return _form(call, given, errors)


@routes.page(f"{BASE}/waiting", access=REVIEWERS, query=schemas.WaitingQuery, operation_id="waitingCertificatesPage")
async def waiting(call: Call) -> Page:
    """List certificates that wait for a review."""
    limit = call.query.limit
    found = await service.waiting(call.context, by=call.actor, after=call.query.after, limit=limit)
    values = {
        "rows": presenters.waiting(Words(call.language), found),
        "first": f"{BASE}/waiting" if call.query.after else "",
        "next": f"{BASE}/waiting?after={found[-1][0].id}" if len(found) == limit else "",
    }
    return framed(call, "", "certificates_waiting.html", values)


@routes.page(f"{BASE}/{{certificateId}}", access=CONCERNED, operation_id="certificatePage")
async def show(call: Call) -> Page:
    """Show a certificate, with what may be done with it."""
    return await _show(call, {})


@routes.form(f"{BASE}/{{certificateId}}", access=REVIEWERS, operation_id="reviewCertificateForm")
async def review(call: Call) -> Page | Redirect:
    """Mark a certificate as verified, or say that it could not be."""
    found, reason = call.form.get("found", ""), call.form.get("reason", "").strip()
    errors = {} if found in {"verified", "refused"} else {"found": _("Choose one.")}
    if not reason:
        errors["reason"] = _("Say how you found out.")
    if errors:
        return await _show(call, errors)
    await service.review(
        call.context, by=call.actor, certificate_id=call.path["certificateId"], verified=found == "verified",
        reason=reason[:REASON_CHARACTERS_MAX],
    )  # fmt: skip
    return Redirect(f"{BASE}/waiting", notice=Words(call.language)(_("The review was saved.")))


@routes.form(f"{BASE}/{{certificateId}}/remove", access=signed_in(), operation_id="removeCertificateForm")
async def remove(call: Call) -> Redirect:
    """Remove a certificate of one's own."""
    await service.remove(call.context, by=call.actor, certificate_id=call.path["certificateId"])
    return Redirect(BASE, notice=Words(call.language)(_("The certificate was removed.")))


@routes.page(f"{BASE}/{{certificateId}}/copy", access=CONCERNED, operation_id="certificateCopyPage")
async def read_copy(call: Call) -> Answer:
    """Download the copy of a certificate."""
    content, kind = await service.copy(call.context, by=call.actor, certificate_id=call.path["certificateId"])
    return schemas.copy_answer(content, kind)


@routes.page("/badges/{badgeId}/certificate", access=signed_in(), operation_id="badgeCertificatePage")
async def certificate(call: Call) -> Answer:
    """Draw the certificate of a badge of one's own."""
    words, url = Words(call.language), call.context.public_url
    one = await service.printable(call.context, by=call.actor, badge_id=call.path["badgeId"])
    sheet = presenters.sheet(words, one, issuer=badges.issuer(call.context).name, public_url=url)
    return schemas.pdf_answer(await asyncio.to_thread(presenters.pdf, sheet))


def _date(form: Mapping[str, str], name: str) -> str:
    day, month, year = (form.get(f"{name}-{part}", "").strip() for part in ("day", "month", "year"))
    return f"{year:0>4}-{month:0>2}-{day:0>2}" if day or month or year else ""


def _form(call: Call, given: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    values = {
        "given": {name: given.get(name, "") for name in (*FIELDS, *DATES)},
        "schemes": presenters.schemes(Words(call.language)),
        "errors": errors,
    }
    return framed(call, "badges", "certificate_form.html", values, status=400 if errors else 200)


async def _show(call: Call, errors: Mapping[str, str]) -> Page:
    words = Words(call.language)
    one = await service.read(call.context, by=call.actor, certificate_id=call.path["certificateId"])
    own = one.person_id == (await people.me(call.context, by=call.actor)).id
    values = {
        "certificate": one,
        "rows": presenters.facts(words, one),
        "own": own,
        "reviewing": service.may_review(call.actor) and not own and one.state is State.DECLARED,
        "choices": [("verified", words(_("I verified it"))), ("refused", words(_("It could not be verified")))],
        "found": call.form.get("found", ""),
        "reason": call.form.get("reason", ""),
        "errors": errors,
    }
    return framed(call, "badges", "certificate.html", values, status=400 if errors else 200)
