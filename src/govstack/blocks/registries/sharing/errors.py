"""Refusals of sharing. Whatever is wrong with a link, whoever opens it is told the same."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Forbidden, NotFound


class BadShare(BadRequest):
    """The link cannot be made so; `fields` names each part and why."""

    code = "bad-share"
    title = "The link cannot be made so."


class NoShare(NotFound):
    """The link is wrong, expired, withdrawn, used up or meant for others: nobody learns which."""

    code = "no-share"
    title = "This link does not work. Ask for a new one, or sign in if it is meant for people who are signed in."


class ViewOnly(Forbidden):
    """The link shows records on a page and hands out no copy."""

    code = "view-only"
    title = "This link is for looking only. Open it in a browser."
