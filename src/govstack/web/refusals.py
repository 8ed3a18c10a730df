"""What a page says when something went wrong: what happened and what to do next, for every status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from govstack.kernel import errors
from govstack.kernel.i18n import _


@dataclass(frozen=True, slots=True)
class Words:
    """A heading, what happened when the refusal itself does not say, and the steps that help."""

    title: str
    happened: str
    steps: tuple[str, ...]


_BAD_REQUEST = Words(
    _("We could not read that"),
    _("Something in what was sent is missing or not as expected."),
    (_("Go back, check what you entered and send it again."),),
)
_OUR_SIDE = Words(
    _("Something went wrong on our side"),
    _("This is not your fault. Nothing was half done."),
    (
        _("Wait a few minutes, then try again."),
        _("If it stays, tell the support of this service and give the reference below."),
    ),
)
_BEHIND = Words(
    _("The service cannot answer right now"),
    _("A system that this page needs is not answering. Nothing was stored."),
    (_("Wait a few minutes, then try again."), _("What you entered before is kept.")),
)
_EXPIRED = Words(
    _("The form has expired"),
    _("It was open for too long, or you signed in or out in the meantime. Nothing was stored."),
    (_("Go back, reload the page and send the form again."),),
)
_WORDS: Mapping[int, Words] = {
    400: _BAD_REQUEST,
    401: Words(
        _("You need to sign in"),
        _("This page is only for people who have signed in."),
        (_("Sign in, then open the page again."),),
    ),
    403: Words(
        _("You may not see this page"),
        _("This page is for people with another role."),
        (
            _("Check that you signed in with the right account."),
            _("Ask the owner of the service to give you the right to see it."),
        ),
    ),
    404: Words(
        _("There is nothing here"),
        _("The page may have moved, or the address is not right."),
        (_("If you typed the address, check it."), _("If you followed a link, tell the people who gave it to you.")),
    ),
    405: Words(
        _("This page cannot be opened like that"),
        _("Only a form on another page leads to this address."),
        (_("Go to the page with the form, and send it from there."),),
    ),
    409: Words(
        _("This has changed in the meantime"),
        _("Somebody else, or you in another window, changed this first."),
        (_("Open the page again to see what is there now."),),
    ),
    413: Words(
        _("That is too much at once"),
        _("What was sent is larger than this page can take."),
        (_("Send a smaller file, or fewer entries at once."),),
    ),
    422: Words(
        _("That is not possible"),
        _("A rule of this service does not allow it."),
        (_("Read the reason above, change what you entered and send it again."),),
    ),
    429: Words(
        _("Too many requests"),
        _("More was asked of this service than it gives to one person at a time."),
        (_("Wait a minute, then try again."),),
    ),
    431: Words(
        _("That is too much at once"),
        _("Your browser sent more beside its question than this page can take; most often these are cookies."),
        (_("Remove the cookies of this site from your browser, then open the page again."),),
    ),
    500: _OUR_SIDE,
    502: _BEHIND,
    503: _BEHIND,
    504: _BEHIND,
}


# What the kernel refuses before a package is asked, as pages find it again by its shape.
SENTENCES: tuple[str, ...] = (
    _("{name} is too large."),
    _("is too large"),
    _("The body is larger than {number} bytes."),
    _("The connection closed before the whole request had arrived."),
    _("The address is not UTF-8."),
    _("Expected {expected}, got {given}"),
    _("{name}: Expected {expected}, got {given}."),
    _("{name}: Invalid enum value {given}."),
    _("Invalid enum value {given}"),
)
_GENERAL = frozenset(
    kind.title for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.Problem)
)


def said(problem: errors.Problem) -> str:
    """Return what a refusal itself says; nothing when that is no more than its status, or when the fault is ours."""
    return "" if problem.status >= 500 or problem.detail in _GENERAL else problem.detail


def words_for(problem: errors.Problem) -> Words:
    """Return the words for a refusal; a status without words of its own is told apart by whose side it is on."""
    general = _WORDS.get(problem.status) or (_OUR_SIDE if problem.status >= 500 else _BAD_REQUEST)
    return _EXPIRED if isinstance(problem, errors.FormExpired) else general
