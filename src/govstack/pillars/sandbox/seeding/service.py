"""Fills the blocks with the demo country, part by part; what is done is not done again, and a kill loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path

import msgspec

from govstack.kernel.context import Context
from govstack.kernel.manifest import Seeded
from govstack.pillars.sandbox.cases import service as cases
from govstack.pillars.sandbox.country import service as countries
from govstack.pillars.sandbox.country.model import Country, Registry, agreements, consent_place
from govstack.pillars.sandbox.people import service as people
from govstack.pillars.sandbox.people.model import people as generated
from govstack.pillars.sandbox.seeding import gateways, model, store

ROLES_FILE = Path(__file__).parents[1] / "seeds" / "roles.yaml"
PROGRESS = "progress"
PEOPLE = "number of people"
PERSONA_PEOPLE_MAX = 500

Told = Callable[[int, int, str], None]


async def seed(context: Context) -> Seeded:
    """Bring the sandbox to the state of the country pack; the settings say how many people a new one gets.

    One that has people keeps their number: those of another number would be others, with the same identifiers.
    """
    country = countries.load()
    async with context.database.transaction() as tx:
        count = await store.settled(tx, PEOPLE, context.settings.number("PEOPLE"))
    digest = model.fingerprint(country, count)
    told: Told = context.memory.get(PROGRESS, lambda *_: None)
    parts: list[tuple[str, partial[Coroutine[object, None, None]]]] = [
        ("applications", partial(_applications, context, country)),
        ("people who sign in", partial(_logins, context, country)),
        ("mediator", partial(_mediator, context, country)),
        ("senders of messages", partial(_senders, context, country)),
        ("names of offices", partial(_offices, context, country)),
        *((f"registry {one.code}", partial(_registry, context, country, one)) for one in country.registries),
        *((f"rows {one.code}", partial(_rows, context, country, one, count, told)) for one in country.registries),
        ("agreements of people", partial(_agreements, context, country, count)),
    ]
    new = []
    for done, (name, act) in enumerate(parts):
        told(done, len(parts), name)
        content = _with_secret(context, digest) if act.func in {_applications, _registry} else digest
        async with context.database.reading() as tx:
            if await store.is_done(tx, name, content):
                continue
        await act()
        async with context.database.transaction() as tx:
            await store.finish(tx, name, content)
        new.append(name)
    told(len(parts), len(parts), "done")
    return Seeded(tuple(new), {"people": count})


def _with_secret(context: Context, digest: str) -> str:
    """Return what a part was seeded with that hands out secrets, which follow from the master secret: it may rotate."""
    return context.keys.fingerprint("seeded", digest)


@lru_cache(maxsize=1)
def roles() -> Mapping[str, Sequence[str]]:
    """Return the scopes of each role."""
    return countries.shaped(countries.read_yaml(ROLES_FILE), dict[str, tuple[str, ...]], "roles.yaml")


def roles_of_officials(country: Country) -> Mapping[str, str]:
    """Return the setting of the identity block by which administrators give officials their roles."""
    titles = {official.role: official.work for official in country.officials if official.work}
    titles |= {actor.code: actor.name for name in country.services for actor in cases.load(name).actors}
    known = {
        role: {"title": titles.get(role) or {"en": role}, "scopes": " ".join(scopes)}
        for role, scopes in roles().items()
        if role != model.CITIZEN
    }
    return {"IDENTITY_ROLES": msgspec.json.encode(known).decode()}


async def _applications(context: Context, country: Country) -> None:
    instance = context.settings.text("INSTANCE")
    for _, application in model.addresses(country):
        await gateways.register_application(context, application=application, instance=instance)


async def _logins(context: Context, country: Country) -> None:
    work = {actor.code: actor.name for service_id in country.services for actor in cases.load(service_id).actors}
    for login in model.logins(country, roles(), work):
        await gateways.register_person(context, login)


async def _mediator(context: Context, country: Country) -> None:
    instance = context.settings.text("INSTANCE")
    urls = {block: gateways.block_url(context, block) for block in ("consent", "messaging", "registries")}
    await gateways.configure_mediator(context, model.configuration(country, instance, urls, country.languages[0]))


async def _senders(context: Context, country: Country) -> None:
    for sender_id, sender in model.senders(country, context.settings.text("INSTANCE")):
        await gateways.register_sender(context, sender_id, sender)


async def _offices(context: Context, country: Country) -> None:
    await gateways.name_systems(context, model.groups(country, context.settings.text("INSTANCE")))


async def _registry(context: Context, country: Country, registry: Registry) -> None:
    instance = context.settings.text("INSTANCE")
    await gateways.define_registry(
        context,
        code=registry.code,
        version=registry.version,
        definition=model.definition(country, registry, country.languages[0]),
        grants=model.grants(country, registry, instance, _needed_fields(country, registry)),
        key=registry_key(context, registry.code),
    )


async def _rows(context: Context, country: Country, registry: Registry, count: int, told: Told) -> None:
    if registry.rows == "none":
        return
    member = country.member(registry.member)
    service = f"{member.member_class}/{member.code}/{registry.application}/{registry.service}"
    written = 0
    records = people.records(country, registry.code, count, model.PEOPLE_SEED)
    for number, batch in enumerate(model.batches(iter(records))):
        await gateways.load_rows(
            context,
            service=service,
            path=f"/{registry.code}/{registry.version}",
            application=_loader(country, registry),
            rows=batch,
            key=f"seed-{registry.code}-{count}-{number}",
        )
        written += len(batch)
        told(written, count if registry.rows == "people" else 0, registry.code)


async def _agreements(context: Context, country: Country, count: int) -> None:
    """Let the people whom journeys know agree, with their households, to what the rights of the pack rest on."""
    place = consent_place(country)
    if place is None:
        return
    first = islice(generated(country, count, model.PEOPLE_SEED), PERSONA_PEOPLE_MAX)
    for person_id in model.consenting(country, first):
        for agreement in agreements(country):
            await gateways.agree(
                context,
                service=place.service,
                application=place.caller("consent:record"),
                agreement=agreement,
                person_id=person_id,
            )


def registry_key(context: Context, code: str) -> str:
    """Return the key of a registry's secret fields, which its owner gave to the applications that need them."""
    return context.keys.secret_text(f"registry-key/{code}")


def _loader(country: Country, registry: Registry) -> str:
    """Return the application that may create rows in a registry and is not its own: the sandbox's."""
    for member in country.members:
        for application in member.applications:
            for service in application.services:
                for right in service.rights:
                    if service.registry == registry.code and "create" in right.operations:
                        return f"{right.member}/{right.application}"
    raise LookupError(f"The country pack lets nobody create rows in {registry.code}.")


def _needed_fields(country: Country, registry: Registry) -> dict[str, frozenset[str]]:
    """Return, for each calling application, the fields that its services need of a registry: no more is granted."""
    needed: dict[str, set[str]] = {}
    for service_id, settings in country.services.items():
        address = f"{settings.caller.member}/{settings.caller.application}"
        for step in cases.load(service_id).steps:
            for call in step.calls:
                if settings.registries.get(call.registry) == registry.code:
                    needed.setdefault(address, set()).update((*call.by, *call.fields))
    return {address: frozenset(fields) for address, fields in needed.items()}
