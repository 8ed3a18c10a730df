"""Refusals about learning material."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound
from govstack.kernel.i18n import _


class UnknownMaterial(NotFound):
    """There is no such material, or the reader may not see it."""

    code = "unknown-material"
    title = _("There is no learning material with this id.")


class UnknownLicence(BadRequest):
    """The licence is not in the list."""

    code = "unknown-licence"
    title = _("This licence is not in the list. Choose one, or add it first with what it allows.")


class UnknownOwner(BadRequest):
    """Nobody has the id of whoever is to look after the material."""

    code = "unknown-owner"
    title = _("There is nobody with this id.")


class SimilarNotSeen(Conflict):
    """There is material like this, and the author has not looked at it."""

    code = "similar-material"
    title = _("There is material like this. Look at it, then say whether you reuse it, improve it or create your own.")


class ReasonMissing(BadRequest):
    """A decision to reuse, improve or create needs its reason, and what it is about."""

    code = "reason-missing"
    title = _("Say why, and which material you mean when you reuse or improve one.")


class LicenceMissing(Conflict):
    """Material without a licence cannot be published."""

    code = "licence-missing"
    title = _("Without a licence this material cannot be published. Find out its licence and enter it.")


class NoAdapting(Conflict):
    """The licence does not allow to adapt the material."""

    code = "licence-forbids-adapting"
    title = _("The licence does not allow to adapt this material. Reuse it as it is, or create your own.")


class NoSelling(Conflict):
    """The licence does not allow the material where people pay."""

    code = "licence-forbids-selling"
    title = _("The licence does not allow this material where people pay for it.")


class NothingAdapted(Conflict):
    """Only material that was made from other material has somebody to tell."""

    code = "nothing-adapted"
    title = _("This material was not made from other material, so there is nobody to tell.")


class LicenceTooWide(Conflict):
    """What is made of material may not be used more freely than that material."""

    code = "licence-too-wide"
    title = _(
        "What is made of other material bears no licence that allows more than that of the other, and the same one "
        "where that asks for it."
    )


class StillMade(Conflict):
    """Material that is made here has not come to its implementation."""

    code = "material-still-made"
    title = _("This material is still being made. Bring it to its implementation first.")
