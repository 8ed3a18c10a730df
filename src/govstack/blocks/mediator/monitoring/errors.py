"""What monitoring refuses."""

from __future__ import annotations

from govstack.kernel.errors import Forbidden


class NotShared(Forbidden):
    """The owner does not share this part of its environment."""

    title = "The owner of this mediator does not share this part of its environment with others."
