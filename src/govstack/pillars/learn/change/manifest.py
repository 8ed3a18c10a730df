"""The card of this family of rooms to the pillar; each room adds its own routes, tasks and settings here."""

from __future__ import annotations

from govstack.pillars.learn.change.evaluation.model import KINDS as EVALUATION
from govstack.pillars.learn.change.transitions import api as transitions_api
from govstack.pillars.learn.change.transitions import pages as transitions_pages
from govstack.pillars.learn.change.transitions import service as transitions_service
from govstack.pillars.learn.change.transitions.model import KINDS as TRANSITIONS
from govstack.pillars.learn.families.tasks import Family

FAMILY = Family(
    api=(transitions_api.routes,),
    pages=(transitions_pages.routes,),
    settings=(*transitions_service.SETTINGS,),
    kinds=(
        *TRANSITIONS,
        *EVALUATION,
    ),
)
