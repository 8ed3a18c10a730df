"""What is refused about partners of wallets."""

from __future__ import annotations

from govstack.kernel.errors import Conflict, NotFound, Unauthenticated
from govstack.kernel.i18n import _


class UnknownPartner(NotFound):
    """There is no such partner."""

    code = "unknown-partner"
    title = _("There is no partner of wallets with this id.")


class PartnerExists(Conflict):
    """The id is taken."""

    code = "partner-exists"
    title = _("There is a partner with this id already. Choose another id.")


class PartnerUnproven(Unauthenticated):
    """Id and key name no partner that may act."""

    code = "partner-unproven"
    title = "The partner is not registered, or its key is wrong. Send PARTNER-ID and PARTNER-API-KEY as registered."
