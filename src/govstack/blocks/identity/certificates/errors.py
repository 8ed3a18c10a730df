"""What the authority refuses."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, NotFound, Unavailable
from govstack.kernel.i18n import _


class UnfitKey(BadRequest):
    """No certificate can be made over the key."""

    code = "unfit-key"
    title = _("The key cannot be certified. Send an RSA key of at least 2048 bits, or a P-256 key.")


class UnfitRequest(BadRequest):
    """The signing request cannot be read, or is not signed by its own key."""

    code = "unfit-request"
    title = _("The signing request is not one (PKCS #10, PEM), or its own key has not signed it.")


class UnknownCertificate(NotFound):
    """This authority has issued no such certificate."""

    code = "unknown-certificate"
    title = "No certificate has this serial number. Check the number."


class TooManyRevoked(Unavailable):
    """The list of revoked certificates is longer than one answer may be."""

    title = "The list of revoked certificates is too long. Ask for the state of one certificate by its serial number."
