"""Synthetic people, their households, incomes, parcels and births: pure, deterministic, streamed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain
from itertools import count as numbers

from msgspec import Struct
from msgspec.structs import replace

from govstack.kernel.errors import BadRequest
from govstack.pillars.sandbox.country.model import (
    Community,
    Country,
    HouseholdMember,
    Name,
    Persona,
    Role,
    Sex,
)
from govstack.pillars.sandbox.households.model import Choice, Draw, Shapes, Slot, between, pick, quantile

PEOPLE_MIN = 25  # those whom journeys know by name, and their families
PEOPLE_MAX = 1_000_000_000  # the id scheme stays free of collisions up to nine times this number
BLOCK_PEOPLE = 100  # people drawn from one seed: person N is found by drawing one block, not N people
PHONE_FROM_AGE_YEARS = 12
HOUSE_NUMBER_MAX = 180
_ID_LOWEST = 1_000_000_000  # ten digits, the first never zero
_ID_SPAN = 9_000_000_000
_ID_STEP = 3_141_592_661  # shares no factor with the span, so every index gets an id of its own
# ISO 7064 MOD 11,10: the product that follows a product and a digit
_PRODUCTS = [{str(digit): ((product + digit) % 10 or 10) * 2 % 11 for digit in range(10)} for product in range(11)]
_SEED_STEP = 0x9E3779B97F4A7C15  # the golden ratio in 64 bits: seeds next to each other give ids far apart


class CountOutOfRange(BadRequest):
    """The number of people asked for is negative or larger than the id scheme carries."""


# Structs, not dataclasses as elsewhere: they are made six times as fast, and a nation of them is made.


class Home(Struct, frozen=True, gc=False):
    """Where one household lives."""

    household_id: str
    region: str
    municipality: str
    postal_code: str
    address: str


class Income(Struct, frozen=True, gc=False):
    """An income record; `annual` is whole currency units."""

    number: str
    year: int
    annual: int
    currency: str
    source: str
    holder_name: str
    assessed_on: str


class Birth(Struct, frozen=True, gc=False):
    """An entry in the register of births."""

    number: str
    registered_on: str


class Person(Struct, frozen=True, gc=False):
    """A synthetic person; `income` and `birth` are absent where no record was ever made. Dates are ISO 8601."""

    index: int
    id: str
    given: str
    family: str
    given_latin: str
    family_latin: str
    sex: Sex
    birth_date: str
    life_status: str
    residence: str
    marital_status: str
    role: Role
    mother_id: str | None
    father_id: str | None
    home: Home
    phone: str | None
    email: str | None
    language: str
    occupation: str | None
    disability: bool
    income: Income | None
    birth: Birth | None


class Parcel(Struct, frozen=True, gc=False):
    """A piece of land and the person who owns it."""

    number: str
    owner: Person
    area_square_metres: int
    land_use: str
    floor_area_ratio: float


class Household(Struct, frozen=True, gc=False):
    """People who live together, parents before their children, and the land their head owns."""

    members: tuple[Person, ...]
    parcel: Parcel | None


def person_id(seed: int, index: int) -> str:
    """The id of one synthetic person: ten digits and a check digit; no two indexes of a seed share one."""
    digits = str(_ID_LOWEST + (index * _ID_STEP + seed * _SEED_STEP) % _ID_SPAN)
    return digits + _check_digit(digits)


def is_person_id(text: str) -> bool:
    """Whether the text is eleven digits of which the last one checks the others."""
    return len(text) == 11 and text.isascii() and text.isdigit() and _check_digit(text[:10]) == text[10]


def _check_digit(digits: str) -> str:
    """ISO 7064 MOD 11,10: finds every single wrong digit."""
    product = 10
    for digit in digits:
        product = _PRODUCTS[product][digit]
    return "10987654321"[product]  # what the product lacks to eleven, of which the last digit


def households(country: Country, count: int, seed: int) -> Iterator[Household]:
    """The households of the first `count` people; the last one is cut where the count ends."""
    if not 0 <= count <= PEOPLE_MAX:
        raise CountOutOfRange(f"Ask for 0 to {PEOPLE_MAX:,} people.")
    registrar = _Registrar(country, seed)
    left = count
    for household in chain(registrar.personas(), chain.from_iterable(map(registrar.block, numbers()))):
        size = len(household.members)
        if left < size:
            if left:
                yield replace(household, members=household.members[:left], parcel=None)
            return
        yield household
        left -= size


def people(country: Country, count: int, seed: int) -> Iterator[Person]:
    """The first `count` people, personas first; person N is the same whatever the count."""
    for household in households(country, count, seed):
        yield from household.members


def person_at(country: Country, index: int, seed: int) -> Person:
    """Person number `index`, without drawing those before."""
    if not 0 <= index < PEOPLE_MAX:
        raise CountOutOfRange(f"People are numbered from 0 to {PEOPLE_MAX - 1:,}.")
    registrar = _Registrar(country, seed)
    beyond_personas = index - registrar.persona_people
    homes = registrar.personas() if beyond_personas < 0 else registrar.block(beyond_personas // BLOCK_PEOPLE)
    return next(person for household in homes for person in household.members if person.index == index)


@lru_cache(maxsize=40_000)  # the days of a century: most people share theirs with somebody
def _iso(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


@dataclass(frozen=True, slots=True)
class _Family:
    """What the members of one household share while they are written down."""

    home: Home
    community: Community
    language: Choice[str]
    residence: str
    marital_status: Mapping[Role, str]
    parents: Mapping[Role, tuple[str | None, str | None]]  # by role of the child: mother, father


class _Registrar:
    """Writes people down: a block of households from one seed, the personas from the pack."""

    def __init__(self, country: Country, seed: int) -> None:
        self._country = country
        self._seed = seed
        self._shapes = Shapes(country)
        today = date.fromisoformat(country.as_of)
        self._today = today.toordinal()
        self._adult_born = _birthday(today, country.incomes.adult_age_years)
        self._pension_born = _birthday(today, country.incomes.pension_age_years)
        self._phone_born = _birthday(today, PHONE_FROM_AGE_YEARS)
        self._communities = Choice({number: group.share for number, group in enumerate(country.communities)})
        self._languages = [Choice(group.languages) for group in country.communities]
        towns = [(region, town) for region in country.regions for town in region.municipalities]
        self._towns = {town.code: (region.code, town.postal_code) for region, town in towns}
        self._places = Choice({town.code: region.share * town.share for region, town in towns})
        self._residences = Choice(country.demography.residence_shares)
        self._sources = Choice({number: source.share for number, source in enumerate(country.incomes.sources)})
        self._land_uses = Choice({number: use.share for number, use in enumerate(country.parcels.land_uses)})
        self.persona_people = sum(1 + len(persona.household) for persona in country.personas)

    def block(self, number: int) -> Iterator[Household]:
        """The households of block `number`, always BLOCK_PEOPLE people."""
        # Not for secrets: the same seed has to give the same people on every machine.
        draw = random.Random(f"{self._country.id}/{self._seed}/{number}").random  # noqa: S311
        index = self.persona_people + number * BLOCK_PEOPLE
        end = index + BLOCK_PEOPLE
        while index < end:
            household = self._household(draw, index, end - index)
            yield household
            index += len(household.members)

    def _household(self, draw: Draw, index: int, room: int) -> Household:
        slots = self._shapes.draw(draw, room)
        ids = [person_id(self._seed, index + place) for place in range(len(slots))]
        group = self._communities(draw())
        community = self._country.communities[group]
        family = _Family(
            home=self._home(draw, index, self._places(draw())),
            community=community,
            language=self._languages[group],
            residence=self._residences(draw()),
            marital_status=_marital_status(slots, married=draw() < self._country.demography.married_share_of_couples),
            parents=_parents_by_role(slots, ids),
        )
        shared, own = pick(community.names.family, draw()), pick(community.names.family, draw())
        if draw() < self._country.demography.shared_family_name_share:
            own = shared
        members = tuple(
            self._person(draw, slot, (index + place, ids[place]), family, own if slot.role == "partner" else shared)
            for place, slot in enumerate(slots)
        )
        return Household(members, self._parcel(draw, members))

    def _home(self, draw: Draw, index: int, municipality: str) -> Home:
        number, street = 1 + int(draw() * HOUSE_NUMBER_MAX), pick(self._country.streets, draw())
        address = self._country.address_form.format(number=number, street=street)
        region, postal_code = self._towns[municipality]
        return Home(f"H{index:09d}", region, municipality, postal_code, address)

    def _person(self, draw: Draw, slot: Slot, number: tuple[int, str], family: _Family, surname: Name) -> Person:
        index, own_id = number
        shares = self._country.demography
        given = pick(family.community.names.female if slot.sex == "female" else family.community.names.male, draw())
        pensioner = slot.born <= self._pension_born
        income = self._income(draw, slot.born, index, (given, surname), family.community)
        working = income is not None and not pensioner
        mother, father = family.parents.get(slot.role, _UNKNOWN)
        reachable = slot.born <= self._phone_born
        return Person(
            index=index,
            id=own_id,
            given=given.native,
            family=surname.native,
            given_latin=given.latin,
            family_latin=surname.latin,
            sex=slot.sex,
            birth_date=_iso(slot.born),
            life_status="alive",
            residence=family.residence,
            marital_status=family.marital_status[slot.role],
            role=slot.role,
            mother_id=mother,
            father_id=father,
            home=family.home,
            phone=self._phone(index) if reachable and draw() < shares.phone_share else None,
            email=self._email(index, given, surname) if reachable and draw() < shares.email_share else None,
            language=family.language(draw()),
            occupation=pick(self._country.incomes.occupations, draw()) if working else None,
            disability=draw() < self._disability_share(pensioner=pensioner),
            income=income,
            birth=self._birth(draw, index, slot.born),
        )

    def _disability_share(self, *, pensioner: bool) -> float:
        shares = self._country.demography
        return shares.disability_share_pension_age if pensioner else shares.disability_share_working_age

    def _income(
        self, draw: Draw, born: int, index: int, name: tuple[Name, Name], community: Community
    ) -> Income | None:
        if born > self._adult_born:
            return None
        incomes = self._country.incomes
        pensioner = born <= self._pension_born
        if draw() >= (incomes.with_record_share_pension_age if pensioner else incomes.with_record_share_working_age):
            return None
        source = incomes.pension if pensioner else incomes.sources[self._sources(draw())]
        annual = int(quantile(source.deciles, draw()))
        given, surname = name
        if draw() < incomes.other_name_share:
            surname = pick(community.names.family, draw())
        return self._assessed(index, annual, source.code, f"{given.native} {surname.native}")

    def _assessed(self, index: int, annual: int, source: str, holder_name: str) -> Income:
        year, currency = self._country.incomes.year, self._country.currency.code
        return Income(f"A{year}-{index:09d}", year, annual, currency, source, holder_name, f"{year}-12-31")

    def _birth(self, draw: Draw, index: int, born: int) -> Birth | None:
        births = self._country.births
        if born <= self._adult_born or draw() >= births.registered_share:
            return None
        entered = min(born + int(between(births.registered_after_days, draw())), self._today)
        return Birth(f"B{_iso(born)[:4]}-{index:09d}", _iso(entered))

    def _parcel(self, draw: Draw, members: Sequence[Person]) -> Parcel | None:
        parcels = self._country.parcels
        if draw() >= parcels.owner_share:
            return None
        owner = next(person for person in members if person.role == "head")
        use = parcels.land_uses[self._land_uses(draw())]
        area = int(quantile(parcels.area_square_metres, draw()))
        return Parcel(f"{owner.home.municipality}-{owner.index:09d}", owner, area, use.code, use.floor_area_ratio)

    def _phone(self, index: int) -> str:
        return f"{self._country.calling_code}5{(index * 48_271 + self._seed) % 100_000_000:08d}"

    def _email(self, index: int, given: Name, surname: Name) -> str:
        return f"{given.latin}.{surname.latin}.{index}@{self._country.email_domain}".lower().replace(" ", "")

    def personas(self) -> Iterator[Household]:
        """The households of the people whom journeys know by name."""
        index = 0
        for persona in self._country.personas:
            yield self._persona_household(persona, index)
            index += 1 + len(persona.household)

    def _persona_household(self, persona: Persona, index: int) -> Household:
        head = HouseholdMember(
            role="head",
            given=persona.given,
            family=persona.family,
            sex=persona.sex,
            birth_date=persona.birth_date,
            annual_income=persona.annual_income,
            income_source=persona.income_source,
        )
        facts = sorted((head, *persona.household), key=lambda member: _ORDER.index(member.role))
        slots = [Slot(fact.role, fact.sex, date.fromisoformat(fact.birth_date).toordinal()) for fact in facts]
        ids = [persona.id if fact is head else person_id(self._seed, index + place) for place, fact in enumerate(facts)]
        family = _Family(
            home=self._home(_lowest, index, persona.municipality),
            community=self._country.communities[0],
            language=self._languages[0],
            residence=persona.residence or next(iter(self._country.demography.residence_shares)),
            marital_status=_marital_status(slots, married=True),
            parents=_parents_by_role(slots, ids),
        )
        members = []
        for place, (slot, fact) in enumerate(zip(slots, facts, strict=True)):
            name = Name(fact.family, fact.family)
            drawn = self._person(_lowest, slot, (index + place, ids[place]), family, name)
            members.append(self._as_told(drawn, fact, persona if fact is head else None))
        return Household(tuple(members), None)

    def _as_told(self, drawn: Person, fact: HouseholdMember, persona: Persona | None) -> Person:
        """The drawn person with the facts of the pack in place of what chance gave."""
        income = None
        if fact.annual_income is not None:
            holder = (persona and persona.income_holder_name) or f"{fact.given} {fact.family}"
            income = self._assessed(drawn.index, fact.annual_income, fact.income_source, holder)
        return replace(
            drawn,
            given=fact.given,
            given_latin=fact.given,
            life_status=persona.life_status if persona else drawn.life_status,
            email=None,
            occupation=persona.occupation if persona else None,
            disability=persona.disability if persona else False,
            income=income,
        )


_UNKNOWN = (None, None)
_ORDER: tuple[Role, ...] = ("parent", "head", "partner", "child")


def _lowest() -> float:
    return 0.0


def _birthday(today: date, age_years: int) -> int:
    """The ordinal of the latest birth day of people who have reached this age."""
    return date(today.year - age_years, today.month, min(today.day, 28)).toordinal()


def _marital_status(slots: Sequence[Slot], *, married: bool) -> dict[Role, str]:
    couple = "married" if married and any(slot.role == "partner" for slot in slots) else "single"
    return {"parent": "widowed", "head": couple, "partner": couple, "child": "single"}


def _parents_by_role(slots: Sequence[Slot], ids: Sequence[str]) -> dict[Role, tuple[str | None, str | None]]:
    """Mother and father of the head and of the children; a partner's parents live elsewhere."""
    elders: dict[Sex, str] = {}
    couple: dict[Sex, str] = {}
    for slot, own_id in zip(slots, ids, strict=True):
        if slot.role != "child":
            (elders if slot.role == "parent" else couple)[slot.sex] = own_id
    return {"head": (elders.get("female"), elders.get("male")), "child": (couple.get("female"), couple.get("male"))}
