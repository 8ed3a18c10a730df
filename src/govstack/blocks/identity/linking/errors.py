"""The published codes of refusal of linked authorisation."""

from __future__ import annotations

from govstack.kernel.errors import Forbidden, NotFound
from govstack.kernel.i18n import _

INVALID_TRANSACTION = "invalid_transaction"
INVALID_TRANSACTION_ID = "invalid_transaction_id"
INVALID_LINK_CODE = "invalid_link_code"
LINK_CODE_FAILED = "link_code_gen_failed"
INVALID_CLIENT_ID = "invalid_client_id"
INVALID_IDENTIFIER = "invalid_identifier"
INVALID_CHALLENGES = "invalid_no_of_challenges"
AUTH_FAILED = "auth_failed"
INVALID_CLAIM = "invalid_accepted_claim"
INVALID_SCOPE = "invalid_permitted_scope"
RESPONSE_TIMEOUT = "response_timeout"


class Forged(Forbidden):
    """The request does not come from the page that it claims to come from (IDN-D17)."""

    code = "forged-request"
    title = "The header X-XSRF-TOKEN must be sent, and be equal to the cookie XSRF-TOKEN where there is one."


class NoSandboxWallet(NotFound):
    """There is a wallet to try in the sandbox and nowhere else."""

    title = _("There is nothing here. Use the wallet on your phone.")
