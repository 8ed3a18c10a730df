"""What the registration of members and applications refuses."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict


class MalformedIdentifier(BadRequest):
    """A class or code that cannot stand in an address."""

    title = (
        "Classes start with a letter, codes with a letter or digit; both go on with letters, digits, dots, dashes and"
        " underscores."
    )


class Taken(Conflict):
    """Somebody else has applied for this class and code."""

    title = "Someone else has applied under this code. Check the code, or ask the administrator of this instance."


class NotPossible(Conflict):
    """The registration does not stand where this act could be done."""

    title = "The registration does not stand where this is possible. Read its state, then decide again."


class MemberNotConnected(Conflict):
    """An application can only join through a member that is accepted."""

    title = "The member is not connected. Its application must be accepted first."


class ReasonMissing(BadRequest):
    """A refusal or suspension needs a reason that the other side can act on."""

    title = "Say why, so that the other side knows what to do."


class MalformedFingerprint(BadRequest):
    """A certificate fingerprint that is no SHA-256."""

    title = "Send the SHA-256 fingerprint of the certificate: 64 hexadecimal digits."


class CertificateTaken(Conflict):
    """A certificate proves one application only."""

    title = "This certificate already proves another application. Use a certificate of its own for each application."
