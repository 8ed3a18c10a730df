"""Refusals about credentials."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, Forbidden, NotFound
from govstack.kernel.i18n import _


class UnknownCredential(NotFound):
    """There is no such credential, or it is not the caller's."""

    code = "unknown-credential"
    title = _("There is no such credential of yours. Check the number.")


class UnknownKind(BadRequest):
    """This country issues no credential of that kind."""

    code = "unknown-kind"
    title = _("There is no credential of this kind. Choose one that is offered.")


class WrongStep(Conflict):
    """A credential cannot go from where it stands to where it was to go."""

    code = "wrong-step"
    title = _("This step is not possible now. Reload the page to see how the credential stands.")


class OwnCredential(Forbidden):
    """Officials do not decide about credentials of their own."""

    code = "own-credential"
    title = _("This credential is your own. Another official has to decide about it.")


class NotInForce(Conflict):
    """The credential is not active, so that it cannot be shown or shared."""

    code = "not-in-force"
    title = _("The credential is not active. Only an active one can be downloaded and shared.")
