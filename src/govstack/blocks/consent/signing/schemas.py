"""Wire shapes of signatures."""

from __future__ import annotations

import msgspec

from govstack.blocks.consent.signing.model import Signature, Text


class SignatureGiven(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A signature as it is sent; `id` is not read, for ids are ours to give."""

    id: str | int = ""
    payload: Text = ""
    signature: Text = ""
    verification_method: Text = ""
    verification_payload: Text = ""
    verification_payload_hash: Text = ""
    verification_artifact: Text | None = None
    verification_signed_by: Text = ""
    verification_signed_as: Text | None = None
    verification_jws_header: Text | None = None
    timestamp: Text = ""
    signed_without_object_reference: bool | None = None
    object_type: Text | None = None
    object_reference: str | int | None = None

    def known(self) -> Signature:
        """Return the signature, without an id."""
        reference = None if self.object_reference is None else str(self.object_reference)
        return msgspec.convert({**msgspec.to_builtins(self), "id": "", "objectReference": reference}, Signature)


class SignatureRequest(msgspec.Struct, frozen=True):
    """A signature to prepare or to add."""

    signature: SignatureGiven


class SignatureAnswer(msgspec.Struct, frozen=True):
    """A signature."""

    signature: Signature
