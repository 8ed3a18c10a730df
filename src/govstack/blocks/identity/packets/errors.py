"""Refusals about packets."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Forbidden, TooLarge
from govstack.kernel.i18n import _


class PacketInvalid(BadRequest):
    """A packet that cannot be read, or holds what it must not."""

    code = "invalid_packet"
    title = _("The packet cannot be read.")


class PacketTooLarge(TooLarge):
    """A packet with more than is taken in."""

    code = "packet_too_large"
    title = _("The packet holds more than is taken in. Send it in several parts.")


class SignatureInvalid(Forbidden):
    """The signed metadata do not fit the packet, or were not made with the registered key."""

    code = "invalid_signature"
    title = _("The signature of the packet does not hold. Sign the packet with the key of the registered service.")


class StationRefused(Forbidden):
    """The service that made a packet is not registered, not approved, or was revoked."""

    code = "service_not_approved"
    title = _("The service that made this packet is not approved. Ask an administrator of the identity block.")


class WrongKey(BadRequest):
    """A packet was encrypted to a key that is not ours, or damaged on its way."""

    code = "decryption_failed"
    title = _("The packet could not be decrypted. Encrypt it to a key that this block publishes now.")
