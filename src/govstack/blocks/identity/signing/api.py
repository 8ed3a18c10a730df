"""The public keys of credentials, where verifiers of signed credentials look for them."""

from __future__ import annotations

from govstack.blocks.identity.signing import service
from govstack.blocks.identity.signing.schemas import IssuerKeys, IssuerMetadata
from govstack.kernel.routing import Answer, Call, Routes, public

routes = Routes(tags=("credentials",))
CACHED = {"Cache-Control": "public, max-age=60"}


@routes.get(
    "/.well-known/jwt-vc-issuer", access=public(), answer=IssuerMetadata, operation_id="credentialKeys"
)  # fmt: skip
async def keys(call: Call) -> Answer:
    """Return the keys that credentials are checked with, those before a rotation too."""
    found = call.context.keys.public_keys(service.CREDENTIALS)
    return Answer(value=IssuerMetadata(call.context.public_url, IssuerKeys(found)), headers=CACHED)
