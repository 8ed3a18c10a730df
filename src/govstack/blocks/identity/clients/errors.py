"""The error codes of client management, as its API document names them."""

from __future__ import annotations

DUPLICATE_CLIENT_ID = "duplicate_client_id"
INVALID_PUBLIC_KEY = "invalid_public_key"
INVALID_CLIENT_ID = "invalid_client_id"
INVALID_CLIENT_NAME = "invalid_client_name"
INVALID_RP_ID = "invalid_rp_id"
INVALID_CLAIM = "invalid_claim"
INVALID_ACR = "invalid_acr"
INVALID_URI = "invalid_uri"
INVALID_REDIRECT_URI = "invalid_redirect_uri"
INVALID_GRANT_TYPE = "invalid_grant_type"
INVALID_CLIENT_AUTH = "invalid_client_auth"
