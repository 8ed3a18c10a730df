"""What is refused about bindings outside the published envelope."""

from __future__ import annotations

from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _


class UnknownBinding(NotFound):
    """The person has no such binding."""

    code = "unknown-binding"
    title = _("This wallet is not one of yours. Go back to your wallets.")
