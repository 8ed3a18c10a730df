"""Use cases of people: enter organisations and people, find out who signed in, who reports to whom, and erase."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from govstack.kernel import audit, clock, events, ids, jobs
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction, UniqueViolation
from govstack.pillars.learn.people import store
from govstack.pillars.learn.people.errors import (
    BelowItself,
    NotTheirManager,
    NumberTaken,
    UnknownOrganisation,
    UnknownPerson,
)
from govstack.pillars.learn.people.model import REPORTS_MAX, Gender, Organisation, Person, Tree, loops
from govstack.pillars.learn.people.store import Kept

ERASED = "learn.person.erased"
# What was begun before somebody was erased is over by then: what it left goes with the second time.
FORGET_AGAIN, UNDER_WAY_MAX = "forget-person-again", timedelta(minutes=10)
NUMBER_ATTRIBUTE = "person_id"


async def put_organisation(context: Context, *, by: Actor, organisation: Organisation) -> Organisation:
    """Enter an organisation or change it; raises UnknownOrganisation for its parent, and BelowItself."""
    async with context.database.transaction() as tx:
        known = await store.organisations(tx)
        if organisation.parent_id and organisation.parent_id not in {one.id for one in known}:
            raise UnknownOrganisation
        if loops(known, organisation):
            raise BelowItself
        await put_organisations_in(tx, by=by, organisations=[organisation])
    return organisation


async def put_organisations_in(tx: Transaction, *, by: Actor, organisations: Sequence[Organisation]) -> None:
    """Enter organisations that were found to fit, or change them, inside a transaction; parents stand before parts."""
    for one in organisations:
        await store.put_organisation(tx, one, created_at=clock.timestamp())
    subject = organisations[0].id if len(organisations) == 1 else "several"
    told = {"organisations": len(organisations)}
    await audit.record(tx, by=by, action="learn.organisation.put", subject=f"organisation/{subject}", detail=told)


async def tree(context: Context) -> Tree:
    """Return all organisations."""
    async with context.database.reading(one_statement=True) as tx:
        return Tree({one.id: one for one in await store.organisations(tx)})


async def put(context: Context, *, by: Actor, people: Sequence[Person], subject: str | None = None) -> list[Person]:
    """Enter people or change them, all or none; raises UnknownOrganisation, NotTheirManager, NumberTaken.

    Managers come before those who report to them. Somebody who was erased stays erased: UnknownPerson.
    """
    async with context.database.transaction() as tx:
        await put_in(context, tx, by=by, people=people, subject=subject)
    return list(people)


async def put_in(
    context: Context, tx: Transaction, *, by: Actor, people: Sequence[Person], subject: str | None = None
) -> None:
    """Enter people or change them inside a transaction; raises as `put`."""
    known = {one.id for one in await store.organisations(tx)}
    managers = {one.manager_id for one in people if one.manager_id}
    entered = {kept.id for kept in await store.by_ids(tx, sorted(managers)) if kept.erased_at is None}
    for person in people:
        if person.organisation_id and person.organisation_id not in known:
            raise UnknownOrganisation
        if person.manager_id and (person.manager_id == person.id or person.manager_id not in entered):
            raise NotTheirManager
        await _put(context, tx, person, subject)
        entered.add(person.id)
    told = {"people": len(people)}
    subjects = people[0].id if len(people) == 1 else "several"
    await audit.record(tx, by=by, action="learn.person.put", subject=f"person/{subjects}", detail=told)


async def describe_oneself(context: Context, *, by: Actor, contact: str, language: str) -> Person:
    """Change where messages reach whoever signed in, and the language that they are written in."""
    mine = await me(context, by=by)
    async with context.database.transaction() as tx:
        sealed = _sealed(context, contact)
        await store.describe(tx, person_id=mine.id, contact_sealed=sealed, language=language)
        await audit.record(tx, by=by, action="learn.person.described-themselves", subject=f"person/{mine.id}")
    return await person(context, person_id=mine.id)


async def _put(context: Context, tx: Transaction, person: Person, subject: str | None) -> None:
    kept = Kept(
        id=person.id, number=person.number, name_sealed=_sealed(context, person.name),
        contact_sealed=_sealed(context, person.contact), gender=person.gender, organisation_id=person.organisation_id,
        manager_id=person.manager_id, place=person.place, language=person.language, erased_at=None,
    )  # fmt: skip
    try:
        written = await store.put_person(tx, kept, subject=subject, created_at=clock.timestamp())
    except UniqueViolation as error:
        raise NumberTaken from error
    if not written:
        raise UnknownPerson
    await store.put_posts(tx, person_id=person.id, roles=person.roles)


async def me(context: Context, *, by: Actor) -> Person:
    """Return the person who signed in, entered now when this is their first time here.

    Whoever the country entered by number is found by the number that the sign-in tells; everybody else starts with
    nothing but a name.
    """
    number = by.attributes.get(NUMBER_ATTRIBUTE, "")
    async with context.database.reading() as tx:
        kept = await store.by_subject(tx, by.id)
        if kept is not None:
            return await _person(context, tx, kept)
    try:
        async with context.database.transaction() as tx:
            kept = await store.by_subject(tx, by.id)
            if kept is not None:
                return await _person(context, tx, kept)
            kept = await store.by_number(tx, number) if number else None
            if kept is None:
                person = Person(id=ids.new_id(), name=by.name, number=number or None)
                await _put(context, tx, person, by.id)
            else:
                person = await _person(context, tx, kept)
                if not await store.bind(tx, person_id=kept.id, subject=by.id):
                    raise NumberTaken
            await audit.record(tx, by=by, action="learn.person.first-visit", subject=f"person/{person.id}")
        return person
    except NumberTaken as error:
        # Two first visits at once: the other one was entered, or found by the number, meanwhile.
        async with context.database.reading() as tx:
            kept = await store.by_subject(tx, by.id)
            if kept is None:
                raise UnknownPerson from error
            return await _person(context, tx, kept)


async def person(context: Context, *, person_id: str) -> Person:
    """Return a person; raises UnknownPerson."""
    async with context.database.reading() as tx:
        kept = await store.by_id(tx, person_id)
        if kept is None:
            raise UnknownPerson
        return await _person(context, tx, kept)


async def by_number(context: Context, *, number: str) -> Person | None:
    """Return the person whom the country knows by a number, or by the id that stands for one who has none."""
    async with context.database.reading() as tx:
        kept = await store.by_number(tx, number) or await store.by_id(tx, number)
        return None if kept is None else await _person(context, tx, kept)


async def people(context: Context, *, person_ids: Iterable[str]) -> dict[str, Person]:
    """Return people by id, without those who are not known."""
    async with context.database.reading() as tx:
        return {one.id: one for one in await _people(context, tx, await store.by_ids(tx, sorted(set(person_ids))))}


async def genders(context: Context, *, person_ids: Iterable[str]) -> dict[str, str]:
    """Return the gender of each person, and nothing else of them."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.genders(tx, sorted(set(person_ids)))


async def found(context: Context, *, texts: Iterable[str]) -> dict[str, str]:
    """Return the id of each person who is named by id or number, without those who are not known."""
    known: dict[str, str] = {}
    async with context.database.reading() as tx:
        for text in sorted(set(texts)):
            kept = await store.by_id(tx, text) or await store.by_number(tx, text)
            if kept is not None and kept.erased_at is None:
                known[text] = kept.id
    return known


async def named_in(context: Context, tx: Transaction, *, names: Iterable[str]) -> list[Person]:
    """Return those who are named by id or by number, erased people by their ids, for somebody else's transaction."""
    wanted = sorted(set(names))
    rows = {one.id: one for one in [*await store.by_ids(tx, wanted), *await store.by_numbers(tx, wanted)]}
    return await _people(context, tx, list(rows.values()))


async def organisations_in(tx: Transaction) -> list[Organisation]:
    """Return all organisations, for somebody else's transaction."""
    return await store.organisations(tx)


async def listed(
    context: Context, *, organisations: Iterable[str] | None = None, after: str = "", limit: int = 100
) -> list[Person]:
    """Return people in the order of their ids, those of some organisations when any are named."""
    async with context.database.reading() as tx:
        return await _people(context, tx, await store.listed(tx, organisations=organisations, after=after, limit=limit))


async def reports(context: Context, *, manager_id: str) -> list[Person]:
    """Return those who report to somebody."""
    async with context.database.reading() as tx:
        return await _people(context, tx, await store.reports(tx, manager_id=manager_id, limit=REPORTS_MAX))


async def is_self(context: Context, *, by: Actor, person_id: str) -> bool:
    """Tell whether somebody is whoever signed in; nobody is entered by being asked."""
    number = by.attributes.get(NUMBER_ATTRIBUTE, "")
    async with context.database.reading() as tx:
        mine = await store.by_subject(tx, by.id) or (await store.by_number(tx, number) if number else None)
    return mine is not None and mine.id == person_id


async def is_manager_of(context: Context, *, by: Actor, person_id: str) -> bool:
    """Tell whether somebody reports to whoever signed in, directly."""
    async with context.database.reading() as tx:
        mine, theirs = await store.by_subject(tx, by.id), await store.by_id(tx, person_id)
    return mine is not None and theirs is not None and theirs.manager_id == mine.id


async def is_me(context: Context, *, by: Actor, person_id: str) -> bool:
    """Tell whether a person is the one who signed in; nobody is entered by asking."""
    async with context.database.reading(one_statement=True) as tx:
        mine = await store.by_subject(tx, by.id)
    return mine is not None and mine.id == person_id


async def erase(context: Context, *, by: Actor, person_id: str) -> None:
    """Take away what tells who a person is; other rooms take away theirs when they hear of it. Raises UnknownPerson."""
    async with context.database.transaction() as tx:
        if await store.by_id(tx, person_id) is None:
            raise UnknownPerson
        if await store.erase(tx, person_id=person_id, erased_at=clock.timestamp()):
            await store.put_posts(tx, person_id=person_id, roles=())
            subject = f"person/{person_id}"
            await audit.record(tx, by=by, action="learn.person.erased", subject=subject)
            await tell_erased(tx, person_id)
            await jobs.enqueue(tx, FORGET_AGAIN, {"person": person_id}, due=clock.now() + UNDER_WAY_MAX)


async def tell_erased(tx: Transaction, person_id: str) -> None:
    """Tell all rooms that somebody was erased, so that they take away what is theirs."""
    await events.publish(tx, type=ERASED, subject=f"person/{person_id}", data={"personId": person_id})


async def present(tx: Transaction, person_ids: Iterable[str]) -> frozenset[str]:
    """Return which of some people are known and not erased, for somebody else's transaction."""
    wanted = sorted(set(person_ids))
    return (
        frozenset(one.id for one in await store.by_ids(tx, wanted) if one.erased_at is None) if wanted else frozenset()
    )


async def held(tx: Transaction, person_ids: Iterable[str]) -> frozenset[str]:
    """Return which of some people are known and not erased; nobody is erased until somebody's transaction ends.

    What is written of them in that transaction is there when they are forgotten.
    """
    wanted = sorted(set(person_ids))
    for one in wanted:
        await store.lock(tx, person_id=one)
    return await present(tx, wanted)


async def lock(tx: Transaction, person_id: str) -> None:
    """Let nobody else act in somebody's name until a transaction ends, where their acts are counted."""
    await store.lock(tx, person_id=person_id)


async def hold(tx: Transaction, person_id: str) -> None:
    """Let nobody erase somebody until a transaction ends that writes of them; raises UnknownPerson for who is gone."""
    if person_id not in await held(tx, [person_id]):
        raise UnknownPerson


async def erased(tx: Transaction, person_ids: Iterable[str]) -> frozenset[str]:
    """Return which of some people were erased, for somebody else's transaction."""
    wanted = sorted(set(person_ids))
    return frozenset(one.id for one in await store.by_ids(tx, wanted) if one.erased_at) if wanted else frozenset()


async def belonging(tx: Transaction, person_ids: Iterable[str]) -> dict[str, tuple[str, Gender]]:
    """Return the topmost organisation and the gender of people, for somebody else's transaction."""
    tree = Tree({one.id: one for one in await store.organisations(tx)})
    known = await store.by_ids(tx, sorted(set(person_ids)))
    return {one.id: (tree.top(one.organisation_id), Gender(one.gender)) for one in known}


async def organisations_present(tx: Transaction) -> frozenset[str]:
    """Return the ids of all organisations, for somebody else's transaction."""
    return frozenset(one.id for one in await store.organisations(tx))


async def leads(context: Context, *, by: Actor) -> bool:
    """Tell whether anybody reports to whoever signed in."""
    mine = await me(context, by=by)
    return bool(await reports(context, manager_id=mine.id))


async def count(context: Context) -> int:
    """Return how many people are known."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.count(tx)


def _sealed(context: Context, text: str) -> bytes | None:
    return context.keys.seal("person", text.encode()) if text else None


def _open(context: Context, sealed: bytes | None) -> str:
    return context.keys.open("person", sealed).decode() if sealed else ""


async def _person(context: Context, tx: Transaction, kept: Kept) -> Person:
    return (await _people(context, tx, [kept]))[0]


async def _people(context: Context, tx: Transaction, rows: Sequence[Kept]) -> list[Person]:
    roles = await store.posts(tx, [row.id for row in rows]) if rows else {}
    return [
        Person(
            id=row.id, name=_open(context, row.name_sealed), number=row.number,
            contact=_open(context, row.contact_sealed), gender=Gender(row.gender), organisation_id=row.organisation_id,
            manager_id=row.manager_id, place=row.place, language=row.language, roles=roles.get(row.id, ()),
            erased=row.erased_at is not None,
        )
        for row in rows
    ]  # fmt: skip
