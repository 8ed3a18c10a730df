"""Brings what comes with the product, at every start; what a country changed stays as it is."""

from __future__ import annotations

from govstack.kernel.context import Context
from govstack.pillars.learn.knowing.communities import service as communities
from govstack.pillars.learn.knowing.excellence import service as excellence
from govstack.pillars.learn.knowing.knowledge import service as knowledge
from govstack.pillars.learn.knowing.playbook import service as playbook
from govstack.pillars.learn.knowing.showcase import service as showcase
from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.instruments import service as instruments
from govstack.pillars.learn.needs.profiles import service as profiles
from govstack.pillars.learn.needs.teams import service as teams
from govstack.pillars.learn.response.materials import service as materials
from govstack.pillars.learn.vocabularies import service as vocabularies


async def install(context: Context) -> None:
    """Bring what comes with the product where it is missing: words, frameworks, licences, drafts of courses."""
    await vocabularies.install(context)
    await frameworks.install(context)
    await profiles.install(context)
    await communities.install(context)
    await showcase.install(context)
    await excellence.install(context)
    await teams.install(context)
    await materials.install(context)
    await courses.install(context)
    await instruments.install(context)
    await knowledge.install(context)
    await playbook.install(context)
