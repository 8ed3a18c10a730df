"""The citizen's side: every reading of my data in every register of the country."""

from __future__ import annotations

from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import Forbidden, Problem
from govstack.kernel.i18n import _
from govstack.pillars.sandbox.cases import service as cases
from govstack.pillars.sandbox.citizens import gateways, model
from govstack.pillars.sandbox.citizens.model import Reading
from govstack.pillars.sandbox.country import service as countries
from govstack.pillars.sandbox.country.model import Country, Text

PERSON_ATTRIBUTE = "person_id"


def roles(country: Country) -> dict[str, Text]:
    """Return what the roles of officials are called in the digital services of a country."""
    return {actor.code: actor.name for name in country.services for actor in cases.load(name).actors}


async def who_read_my_data(context: Context, *, by: Actor) -> tuple[list[Reading], list[str]]:
    """Return who read the signed-in person's data, newest first, and the registers that did not answer."""
    person_id = by.attributes.get(PERSON_ATTRIBUTE, "")
    if not person_id:
        raise Forbidden(_("Sign in as a person to see who read your data."))
    country = countries.load()
    found: list[Reading] = []
    silent: list[str] = []
    for registry in country.registries:
        try:
            found += await gateways.readings(context, country, registry, person_id=person_id)
        except Problem:
            silent.append(registry.code)
    return model.newest_first(found), silent
