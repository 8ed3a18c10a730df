"""Wire shapes of requests, which the published document does not know."""

from __future__ import annotations

import msgspec

from govstack.blocks.consent.asking import model, service
from govstack.blocks.consent.individuals.model import Identifier


class Contact(msgspec.Struct, frozen=True):
    """Where the person can be told, by mail or else by a text; it is passed on to the messaging block, kept nowhere."""

    email: model.Email = ""
    phone: model.Phone = ""
    language: str = ""


class RequestGiven(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Whom to ask for what: the person by `individualId`, or by `externalId`, the identifier they sign in with.

    `signs` names a record that waits for signatures: then the person is asked to sign it too.
    """

    data_agreement_id: str
    individual_id: str = ""
    external_id: Identifier = ""
    signs: str = ""
    reason: model.Reason = ""
    reference: model.Reference = ""
    days: model.Days = model.DAYS
    contact: Contact = Contact()

    def asked(self) -> model.Asked:
        """Return what is asked."""
        return model.Asked(
            self.data_agreement_id, self.individual_id, self.external_id, self.signs, self.reason, self.reference,
            self.days, self.contact.email, self.contact.phone, self.contact.language,
        )  # fmt: skip


class RequestToAsk(msgspec.Struct, frozen=True, rename="camel"):
    """A request to make."""

    consent_request: RequestGiven


class ConsentRequest(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A request as its asker sees it: where it stands, and nothing of the person."""

    id: str
    data_agreement_id: str
    state: model.State
    asked_at: str
    expires_at: str
    answered_at: str = ""
    signs: str = ""
    reference: str = ""
    notice: model.Notice | None = None


class RequestAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """A request."""

    consent_request: ConsentRequest


class RequestList(msgspec.Struct, frozen=True, rename="camel"):
    """Requests."""

    consent_requests: list[ConsentRequest]


class AskedOfYou(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A request as the person sees it who is asked."""

    id: str
    data_agreement_id: str
    purpose: str
    asker: str
    reason: str = ""
    expires_at: str
    to_sign: bool = False


class AskedOfYouList(msgspec.Struct, frozen=True, rename="camel"):
    """What a person is asked and has not answered."""

    consent_requests: list[AskedOfYou]


def request(found: model.Request, notice: model.Notice | None = None) -> ConsentRequest:
    """Return a request as its asker sees it."""
    return ConsentRequest(
        id=found.id,
        data_agreement_id=found.agreement_id,
        state=found.state,
        asked_at=found.asked_at,
        expires_at=found.expires_at,
        answered_at=found.answered_at,
        signs=found.signs,
        reference=found.said.reference,
        notice=notice,
    )


def asked_of_you(found: service.Shown) -> AskedOfYou:
    """Return a request as the person sees it who is asked."""
    one = found.request
    return AskedOfYou(
        id=one.id,
        data_agreement_id=one.agreement_id,
        purpose=found.agreement.purpose,
        asker=one.said.asker,
        reason=one.said.reason,
        expires_at=one.expires_at,
        to_sign=bool(one.signs),
    )
