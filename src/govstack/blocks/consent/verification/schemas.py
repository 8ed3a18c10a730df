"""Wire shapes of verification."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.blocks.consent.agreements.model import DataAgreement
from govstack.blocks.consent.evidence.schemas import Limit, Offset


class VerificationQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Whose consent to what; nothing asks for all. An identifier kept elsewhere goes into a header, not in here."""

    individual_id: Annotated[str, Meta(description="The id that this block gave the person")] = ""
    data_agreement_id: str = ""
    revision_id: Annotated[str, Meta(description="A revision of the agreement")] = ""
    offset: Offset | None = None
    limit: Limit | None = None


class AgreementList(msgspec.Struct, frozen=True, rename="camel"):
    """Agreements."""

    data_agreements: list[DataAgreement]
