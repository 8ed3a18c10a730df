"""Use cases of splits: what people say of themselves, and people told apart by what the country keeps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from govstack.kernel import audit, clock
from govstack.kernel.actor import SYSTEM, Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.i18n import _
from govstack.kernel.rules import listed, one_of
from govstack.kernel.settings import Setting
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.model import Gender
from govstack.pillars.learn.records.model import UNKNOWN_WORD
from govstack.pillars.learn.retention.service import Keeping, days_setting
from govstack.pillars.learn.splits import model, store
from govstack.pillars.learn.splits.errors import NotAsked
from govstack.pillars.learn.splits.model import (
    SMALL_CELL_SETTING,
    UNSTATED,
    VOCABULARIES,
    Dimension,
    SelfDescription,
    Split,
)
from govstack.pillars.learn.splits.store import Kept
from govstack.pillars.learn.vocabularies import service as vocabularies
from govstack.pillars.learn.vocabularies.model import Term

PURPOSE = "self-description"
SETTING = "LEARN_SPLITS"
PEOPLE_AT_ONCE = 500
Traits = Mapping[Dimension, str]
SETTINGS = (
    Setting(
        SETTING,
        "",
        "What people may say of themselves so that figures are split by it: age, disability, area, with commas between;"
        " empty keeps none of it",
        listed(one_of(*(one.value for one in VOCABULARIES)), "be any of age, disability, area, with commas between"),
    ),
)


def asked(context: Context) -> tuple[Dimension, ...]:
    """Return what this country lets people say of themselves."""
    named = {part.strip() for part in context.settings.text(SETTING).split(",")}
    return tuple(one for one in VOCABULARIES if one.value in named)


def dimensions(context: Context) -> tuple[Dimension, ...]:
    """Return by what figures are split here: the gender, and what this country lets people say."""
    return (Dimension.GENDER, *asked(context))


def smallest(context: Context) -> int:
    """Return the smallest number of people that is shown."""
    return context.settings.number(SMALL_CELL_SETTING)


async def terms(context: Context) -> dict[Dimension, list[Term]]:
    """Return the words of what is asked here."""
    found = await vocabularies.terms(context, vocabularies=[VOCABULARIES[one] for one in asked(context)])
    return {one: found[VOCABULARIES[one]] for one in asked(context)}


async def mine(context: Context, *, by: Actor) -> SelfDescription:
    """Return what whoever signed in said of themselves, of what is asked here."""
    me = await people.me(context, by=by)
    found = (await _said(context, [me.id])).get(me.id, {})
    return SelfDescription(**{one.value: value for one, value in found.items()})


async def say(context: Context, *, by: Actor, said: SelfDescription) -> SelfDescription:
    """Say of oneself what is asked here, and nothing else; what is left empty is not kept. Raises NotAsked."""
    me = await people.me(context, by=by)
    offered = {one: {term.code for term in words} for one, words in (await terms(context)).items()}
    answers = {one: said.of(one) for one in VOCABULARIES if said.of(one)}
    wrong = {one.value: UNKNOWN_WORD for one, value in answers.items() if value not in offered.get(one, set())}
    if wrong:
        raise NotAsked(fields=wrong)
    await tell(context, by=by, said={me.id: answers})
    return said


async def tell(context: Context, *, by: Actor, said: Mapping[str, Traits]) -> None:
    """Keep what people said, of what is asked here; nothing of what they said before stays.

    Nothing is kept of whoever was erased meanwhile.
    """
    wanted, now = asked(context), clock.timestamp()
    async with context.database.transaction() as tx:
        present = await people.held(tx, said)
        for person_id, answers in said.items():
            if person_id not in present:
                continue
            await store.remove(tx, person_id)
            for one in wanted:
                if answers.get(one):
                    sealed = context.keys.seal(PURPOSE, answers[one].encode(), bound_to=f"{person_id} {one.value}")
                    await store.put(tx, Kept(person_id, one, sealed), at=now)
            await audit.record(tx, by=by, action="learn.self-description.put", subject=f"person/{person_id}")


async def traits(context: Context, *, person_ids: Iterable[str]) -> dict[str, Traits]:
    """Return what each person is told apart by here; unstated where they said nothing, or were erased."""
    wanted, here = sorted(set(person_ids)), dimensions(context)
    found: dict[str, Traits] = {}
    for start in range(0, len(wanted), PEOPLE_AT_ONCE):
        part = wanted[start : start + PEOPLE_AT_ONCE]
        genders, said = await people.genders(context, person_ids=part), await _said(context, part)
        for person_id in part:
            known = {Dimension.GENDER: genders.get(person_id, UNSTATED), **said.get(person_id, {})}
            found[person_id] = {one: known.get(one, UNSTATED) for one in here}
    return found


async def split(context: Context, *, person_ids: Iterable[str], nameless: int = 0) -> list[Split]:
    """Return people told apart in each dimension that is kept here; `nameless` are those who are not known any more."""
    told = list((await traits(context, person_ids=person_ids)).values())
    least, codes = smallest(context), await _codes(context)
    return [
        model.in_order(model.split(one, [*(known[one] for known in told), *[UNSTATED] * nameless], least), codes)
        for one in dimensions(context)
    ]


async def _codes(context: Context) -> dict[Dimension, list[str]]:
    """Return the words of what is asked here, in the order of their lists."""
    return {by: [one.code for one in words] for by, words in (await terms(context)).items()}


async def side_by_side(context: Context, *, groups: Mapping[str, Iterable[str]]) -> dict[Dimension, dict[str, Split]]:
    """Return several groups of people, each told apart in each dimension; who is there twice counts twice."""
    listed_ = {name: list(person_ids) for name, person_ids in groups.items()}
    told = await traits(context, person_ids=[one for person_ids in listed_.values() for one in person_ids])
    least, codes = smallest(context), await _codes(context)
    found = {
        by: model.side_by_side(
            by, {name: Counter(told[one][by] for one in person_ids) for name, person_ids in listed_.items()}, least
        )
        for by in dimensions(context)
    }
    return {by: {name: model.in_order(one, codes) for name, one in told_.items()} for by, told_ in found.items()}


async def nested(
    context: Context, *, groups: Mapping[str, tuple[Iterable[str], Iterable[str]]]
) -> dict[Dimension, dict[str, tuple[Split, Split]]]:
    """Return several groups of people and those in each of whom something holds, told apart in each dimension."""
    listed_ = {name: (list(all_), list(some)) for name, (all_, some) in groups.items()}
    told = await traits(context, person_ids=[one for all_, _some in listed_.values() for one in all_])
    words, least = await terms(context), smallest(context)
    known = {by: [one.code for one in words[by]] for by in words} | {Dimension.GENDER: [one.value for one in Gender]}
    found = {
        by: model.nested(
            by,
            {
                name: (Counter(told[one][by] for one in all_), Counter(told[one][by] for one in some))
                for name, (all_, some) in listed_.items()
            },
            {*known[by], UNSTATED},
            least,
        )
        for by in dimensions(context)
    }
    codes = {by: [one.code for one in listed] for by, listed in words.items()}
    return {
        by: {name: (model.in_order(all_, codes), model.in_order(some, codes)) for name, (all_, some) in told_.items()}
        for by, told_ in found.items()
    }


async def install(context: Context) -> None:
    """Let go of what people said when this country asked for it, and asks no longer."""
    async with context.database.transaction() as tx:
        gone = await store.kept_no_longer(tx, asked(context))
        if gone:
            await audit.record(
                tx, by=SYSTEM, action="learn.self-description.dropped", subject=f"setting/{SETTING}",
                detail={"count": gone},
            )  # fmt: skip


async def _let_go(context: Context, before: datetime) -> int:
    async with context.database.transaction() as tx:
        return await store.let_go(tx, before=clock.timestamp(before))


KEEPING = Keeping(
    _("What you said of your age, a disability and where you live, for figures alone"),
    days_setting("LEARN_SELF_DESCRIPTION_DAYS", 1_095, "it is kept what people said of themselves for figures"),
    _let_go,
)


async def forget(tx: Transaction, person_id: str) -> None:
    """Take away what an erased person said of themselves."""
    await store.remove(tx, person_id)


async def _said(context: Context, person_ids: Iterable[str]) -> dict[str, dict[Dimension, str]]:
    wanted = asked(context)
    if not wanted:
        return {}
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.said(tx, sorted(person_ids), wanted)
    found: dict[str, dict[Dimension, str]] = {}
    for one in kept:
        opened = context.keys.open(PURPOSE, one.value_sealed, bound_to=f"{one.person_id} {one.dimension.value}")
        found.setdefault(one.person_id, {})[one.dimension] = opened.decode()
    return found
