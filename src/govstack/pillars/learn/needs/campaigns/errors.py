"""Refusals about campaigns."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound
from govstack.kernel.i18n import _


class UnknownCampaign(NotFound):
    """There is no such campaign, or it does not concern whoever asks."""

    code = "unknown-campaign"
    title = _("There is no such campaign, or it does not concern you.")


class FaultyCampaign(BadRequest):
    """The plan of a campaign cannot work; the fields say why."""

    code = "faulty-campaign"
    title = _("The campaign cannot work like this. Mend what is named, then send it again.")


class CampaignStarted(Conflict):
    """A campaign that has started is not planned anew."""

    code = "campaign-started"
    title = _("The campaign has started: its questions, its people and its days stay as they are.")


class NobodyMeant(Conflict):
    """Nobody fits what the campaign says of who is assessed."""

    code = "nobody-meant"
    title = _(
        "Nobody fits the organisations, profiles and people that are named. Change whom it is for, then start it."
    )


class TooManyMembers(Conflict):
    """More people fit than a campaign may have."""

    code = "too-many-members"
    title = _("More people fit than a campaign may have. Plan several campaigns.")


class NotOpen(Conflict):
    """Answers are taken only while a campaign is open."""

    code = "campaign-not-open"
    title = _("Answers are taken between the first and the last day of the campaign. Ask the training unit.")
