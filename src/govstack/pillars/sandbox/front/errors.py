"""What the sandbox's first pages refuse."""

from __future__ import annotations

from govstack.kernel.errors import Conflict


class NotRenewable(Conflict):
    """This process cannot empty the sandbox: others serve it too."""

    title = "This sandbox is served by several processes. Stop them, then run `govstack reset`."
