"""The country pack is whole, and its people are synthetic, consistent and the same every time."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path

import pytest
import yaml
from babel.numbers import list_currencies
from hypothesis import given, settings
from hypothesis import strategies as st

from govstack.pillars.sandbox.country.model import BrokenPack, Community, Country, Name, RegistryField, UnknownRegistry
from govstack.pillars.sandbox.country.service import DEMONSTRATION, load
from govstack.pillars.sandbox.people.model import (
    BLOCK_PEOPLE,
    PEOPLE_MIN,
    CountOutOfRange,
    Household,
    Person,
    households,
    is_person_id,
    people,
    person_at,
    person_id,
)
from govstack.pillars.sandbox.people.service import records

COUNT = 3_000
SEED = 1
NAMES_MIN = 80
SCRIPTS = {"Latn": "LATIN", "Arab": "ARABIC", "Cyrl": "CYRILLIC", "Deva": "DEVANAGARI", "Ethi": "ETHIOPIC"}
TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "date": (str,),
    "number": (int, float),
    "boolean": (bool,),
    "json": (list,),
}


@pytest.fixture(scope="module")
def country() -> Country:
    return load()


@pytest.fixture(scope="module")
def crowd(country: Country) -> dict[str, Person]:
    return {person.id: person for person in people(country, COUNT, SEED)}


@pytest.fixture(scope="module")
def homes(country: Country) -> list[Household]:
    return list(households(country, COUNT, SEED))


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return shutil.copytree(DEMONSTRATION, tmp_path / "pack")


def change(file: Path, old: str, new: str) -> None:
    said = file.read_text(encoding="utf-8")
    assert old in said
    file.write_text(said.replace(old, new), encoding="utf-8")


def texts(value: object) -> Iterator[dict[str, str]]:
    if isinstance(value, dict):
        if "en" in value and isinstance(value["en"], str):
            yield value
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


def all_names(community: Community) -> tuple[Name, ...]:
    return (*community.names.female, *community.names.male, *community.names.family)


# --- the pack -------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("G5")
def test_the_country_is_no_real_place_and_its_currency_is_a_valid_code(country: Country) -> None:
    assert "XA" <= country.alpha2 <= "XZ"
    assert country.currency.code in list_currencies()


@pytest.mark.requirement("G5", "G9")
@pytest.mark.parametrize("file", ["country.yaml", "members.yaml", "registries.yaml"])
def test_every_text_of_the_pack_is_there_in_every_language(country: Country, file: str) -> None:
    said = yaml.safe_load((DEMONSTRATION / file).read_text(encoding="utf-8"))
    # A share of speakers also has language codes for keys, but numbers for values.
    incomplete = [text for text in texts(said) if set(text) != set(country.languages) or not all(text.values())]

    assert incomplete == []


@pytest.mark.requirement("G5")
def test_no_program_text_of_the_sandbox_names_the_country(country: Country) -> None:
    words = {country.id, country.instance, country.currency.code, *(str(name) for name in country.name.values())}
    words |= {town.code for region in country.regions for town in region.municipalities}
    words |= {persona.id for persona in country.people} | {f"GOV/{member.code}" for member in country.members}

    named = [
        f"{file}: {word}"
        for file in DEMONSTRATION.parent.rglob("*.py")
        for word in words
        if word in file.read_text(encoding="utf-8")
    ]

    assert named == []


@pytest.mark.requirement("G5")
def test_names_come_from_several_scripts(country: Country) -> None:
    assert len({community.script for community in country.communities}) >= 4


@pytest.mark.requirement("G5")
def test_every_community_has_enough_names_of_each_kind(country: Country) -> None:
    few = [
        f"{community.code} {kind}"
        for community in country.communities
        for kind in ("female", "male", "family")
        if len({name.native for name in getattr(community.names, kind)}) < NAMES_MIN
    ]

    assert few == []


@pytest.mark.requirement("G5")
def test_names_are_written_in_the_script_of_their_community(country: Country) -> None:
    foreign = [
        name.native
        for community in country.communities
        for name in all_names(community)
        for letter in name.native
        if letter.isalpha() and not unicodedata.name(letter).startswith(SCRIPTS[community.script])
    ]

    assert foreign == []


@pytest.mark.requirement("G5")
def test_every_name_has_a_transliteration_in_plain_latin_letters(country: Country) -> None:
    names = [name.latin for community in country.communities for name in all_names(community)]

    assert [latin for latin in names if not re.fullmatch(r"[A-Z][a-z]+(?:[ -][A-Z][a-z]+)*", latin)] == []


def test_no_list_of_names_repeats_one(country: Country) -> None:
    lists = [getattr(c.names, kind) for c in country.communities for kind in ("female", "male", "family")]

    assert [names for names in lists if len({name.native for name in names}) != len(names)] == []


def test_every_registry_is_offered_by_the_ministry_that_owns_it(country: Country) -> None:
    offered = {
        service.registry: member.key
        for member in country.members
        for application in member.applications
        for service in application.services
        if not service.block
    }

    assert offered == {registry.code: registry.member for registry in country.registries}


def test_population_and_income_belong_to_two_ministries_and_beneficiaries_to_a_third(country: Country) -> None:
    roles = country.services["usct"].registries

    owners = {country.registry(roles[role]).member for role in ("people", "incomes", "enrolments")}

    assert len(owners) == 3


@pytest.mark.requirement("G2")
def test_the_outsider_holds_no_right(country: Country) -> None:
    (outsider,) = [f"{m.member_class}/{m.code}" for m in country.members if m.outsider]

    granted = {
        right.member
        for member in country.members
        for application in member.applications
        for service in application.services
        for right in service.rights
    }

    assert outsider not in granted


def test_codes_of_the_mediator_have_letters_and_digits_only(country: Country) -> None:
    codes = [code for m in country.members for code in (m.code, *(a.code for a in m.applications))]
    codes += [s.code for m in country.members for a in m.applications for s in a.services]

    assert [code for code in codes if not code.isalnum()] == []


def test_every_record_names_the_person_it_is_about_in_one_field(country: Country) -> None:
    counts = {registry.code: sum(field.identifier for field in registry.fields) for registry in country.registries}

    assert set(counts.values()) == {1}, counts


def test_secret_fields_are_personal_and_never_searched(country: Country) -> None:
    exposed = [
        f"{registry.code}.{field.name}"
        for registry in country.registries
        for field in registry.fields
        if field.secret and (not field.personal or field.indexed or field.unique)
    ]

    assert exposed == []


def fits(field: RegistryField, value: object) -> bool:
    if not isinstance(value, TYPES[field.type]) or (field.type == "number" and isinstance(value, bool)):
        return False
    if field.type == "date":
        date.fromisoformat(str(value))
    return (not field.values or value in field.values) and len(str(value)) <= (field.max_length or 10_000)


def test_the_example_of_every_field_fits_the_field(country: Country) -> None:
    unfit = [
        f"{registry.code}.{field.name}"
        for registry in country.registries
        for field in registry.fields
        if not fits(field, list(field.example) if isinstance(field.example, tuple) else field.example)
    ]

    assert unfit == []


def test_examples_of_ids_carry_a_right_check_digit(country: Country) -> None:
    examples = [
        str(field.example)
        for registry in country.registries
        for field in registry.fields
        if field.identifier or field.link
    ]

    assert [example for example in examples if not is_person_id(example)] == []


@pytest.mark.requirement("G5")
def test_another_country_needs_another_pack_and_no_code(pack: Path) -> None:
    change(pack / "country.yaml", "code: XTS", "code: KWD")
    change(pack / "registries.yaml", "name: lastNameLatin", "name: surname")
    other = load(pack)

    person = next(records(other, "population", 1, SEED))
    income = next(records(other, "income", 100, SEED))

    assert person["surname"] == "Doe"
    assert income["currency"] == "KWD"


@pytest.mark.parametrize(
    ("file", "old", "new", "blamed"),
    [
        ("registries.yaml", "secret: true", "secert: true", "secert"),
        ("members.yaml", "registry: births", "registry: berths", "berths"),
        ("members.yaml", "member: GOV/7003", "member: GOV/7777", "7777"),
        ("personas.yaml", "municipality: NC02", "municipality: NC99", "NC99"),
        ("country.yaml", "with_record_share_pension_age: 0.81", "with_record_share_pension_age: most", "pension_age"),
        ("country.yaml", "as_of:", "mobile_money:", "mobile_money"),
        ("country.yaml", "\nregions:", "\nregions: [", "country.yaml"),
        ("names/latin.csv", "female,Alma,Alma", "woman,Alma,Alma", "latin.csv"),
    ],
)
def test_a_pack_that_does_not_hold_together_is_refused_by_name(
    pack: Path, file: str, old: str, new: str, blamed: str
) -> None:
    change(pack / file, old, new)

    with pytest.raises(BrokenPack, match=blamed):
        load(pack)


def test_a_pack_without_a_file_is_refused(pack: Path) -> None:
    (pack / "members.yaml").unlink()

    with pytest.raises(BrokenPack, match=r"members\.yaml"):
        load(pack)


# --- the people -----------------------------------------------------------------------------------------------------


@given(seed=st.integers(0, 2**63), index=st.integers(0, 2_000), more=st.integers(1, 500))
@settings(max_examples=15)
def test_a_person_is_the_same_however_many_are_asked_for(seed: int, index: int, more: int) -> None:
    country = load()

    in_a_crowd = next(islice(people(country, index + more, seed), index, None))

    assert person_at(country, index, seed) == in_a_crowd


def test_the_smallest_sandbox_has_everybody_whom_journeys_know(country: Country) -> None:
    assert {persona.id for persona in country.personas} <= {one.id for one in people(country, PEOPLE_MIN, SEED)}


def test_another_seed_gives_other_people(country: Country) -> None:
    beyond_personas = slice(BLOCK_PEOPLE, 2 * BLOCK_PEOPLE)

    one, other = ([p.given for p in people(country, 2 * BLOCK_PEOPLE, seed)][beyond_personas] for seed in (1, 2))

    assert one != other


@pytest.mark.parametrize("count", [0, 1, 7, BLOCK_PEOPLE, 1_234])
def test_exactly_as_many_people_come_as_were_asked_for(country: Country, count: int) -> None:
    assert [person.index for person in people(country, count, SEED)] == list(range(count))


def test_a_nation_is_streamed_not_gathered(country: Country) -> None:
    first = list(islice(people(country, 500_000_000, SEED), 5))

    assert len(first) == 5


def test_a_person_of_a_nation_is_found_without_drawing_the_others(country: Country) -> None:
    assert person_at(country, 400_000_000, SEED).index == 400_000_000


@pytest.mark.parametrize("count", [-1, 2_000_000_000])
def test_a_count_out_of_range_is_refused(country: Country, count: int) -> None:
    with pytest.raises(CountOutOfRange):
        next(people(country, count, SEED))


@given(seed=st.integers(0, 2**63), index=st.integers(0, 10**9 - 1), digit=st.integers(0, 10), wrong=st.integers(1, 9))
def test_a_wrong_digit_in_an_id_is_found(seed: int, index: int, digit: int, wrong: int) -> None:
    written = person_id(seed, index)
    misread = written[:digit] + str((int(written[digit]) + wrong) % 10) + written[digit + 1 :]

    assert is_person_id(written)
    assert not is_person_id(misread)


@given(seed=st.integers(0, 2**63), one=st.integers(0, 10**9 - 1), other=st.integers(0, 10**9 - 1))
def test_two_people_never_share_an_id(seed: int, one: int, other: int) -> None:
    assert (person_id(seed, one) == person_id(seed, other)) == (one == other)


def test_ids_of_a_crowd_are_unique(crowd: dict[str, Person]) -> None:
    assert len(crowd) == COUNT


@pytest.mark.requirement("G10")
def test_nobody_can_be_called_or_written_to(crowd: dict[str, Person]) -> None:
    phones = [person.phone for person in crowd.values() if person.phone]
    mails = [person.email for person in crowd.values() if person.email]

    assert all(phone.startswith("+999") for phone in phones)  # assigned to no country
    assert all(re.fullmatch(r"[a-z0-9.-]+@mail\.example", mail) for mail in mails)  # reserved, never delivered


def test_everybody_lives_in_one_household_with_one_head(homes: list[Household], crowd: dict[str, Person]) -> None:
    members = [person.id for home in homes for person in home.members]
    heads = [[person.role for person in home.members].count("head") for home in homes[:-1]]

    assert sorted(members) == sorted(crowd)
    assert set(heads) == {1}


def test_a_household_has_one_address(homes: list[Household]) -> None:
    assert all(len({person.home for person in home.members}) == 1 for home in homes)


def test_parents_are_in_the_register_and_old_enough(crowd: dict[str, Person]) -> None:
    ages = [
        (date.fromisoformat(child.birth_date) - date.fromisoformat(crowd[parent].birth_date)).days / 365.25
        for child in crowd.values()
        for parent in (child.mother_id, child.father_id)
        if parent
    ]

    assert ages
    assert min(ages) >= 17.9
    assert max(ages) <= 60


def test_mothers_are_women_and_fathers_are_men(crowd: dict[str, Person]) -> None:
    assert {crowd[child.mother_id].sex for child in crowd.values() if child.mother_id} == {"female"}
    assert {crowd[child.father_id].sex for child in crowd.values() if child.father_id} == {"male"}


def test_nobody_is_born_after_the_count_or_older_than_the_limit(country: Country, crowd: dict[str, Person]) -> None:
    born = [date.fromisoformat(person.birth_date) for person in crowd.values()]
    today = date.fromisoformat(country.as_of)

    assert max(born) <= today
    assert today.year - min(born).year <= country.demography.age_limit_years


def test_incomes_belong_to_adults_of_the_register(country: Country, crowd: dict[str, Person]) -> None:
    holders = [str(record["personalIdCode"]) for record in records(country, "income", COUNT, SEED)]
    adult_born = date.fromisoformat(country.as_of).replace(year=date.fromisoformat(country.as_of).year - 18)

    assert len(set(holders)) == len(holders)
    assert all(crowd[holder].birth_date <= adult_born.isoformat() for holder in holders)


def test_some_people_have_no_income_record(country: Country, crowd: dict[str, Person]) -> None:
    adults = [person for person in crowd.values() if person.birth is None]
    without = sum(person.income is None for person in adults) / len(adults)

    assert 0.2 < without < 0.5


@pytest.mark.requirement("USCT-4")
def test_some_income_records_carry_another_name(country: Country, crowd: dict[str, Person]) -> None:
    others = [p for p in crowd.values() if p.income and p.income.holder_name != f"{p.given} {p.family}"]

    assert 0 < len(others) < 0.03 * COUNT


def test_births_agree_with_the_population_register(country: Country, crowd: dict[str, Person]) -> None:
    pairs = [(birth, crowd[str(birth["personalIdCode"])]) for birth in records(country, "births", COUNT, SEED)]

    assert pairs
    assert all(
        (birth["firstName"], birth["dateOfBirth"], birth.get("motherId"))
        == (child.given, child.birth_date, child.mother_id)
        and child.birth_date <= str(birth["registeredOn"]) <= country.as_of
        for birth, child in pairs
    )


def test_land_belongs_to_heads_of_households_of_the_register(country: Country, crowd: dict[str, Person]) -> None:
    owners = [str(record["ownerId"]) for record in records(country, "parcels", COUNT, SEED)]

    assert owners
    assert {crowd[owner].role for owner in owners} == {"head"}


@pytest.mark.parametrize("code", ["population", "income", "parcels", "births"])
def test_generated_records_fit_the_registry(country: Country, code: str) -> None:
    fields = {field.name: field for field in country.registry(code).fields}
    required = {name for name, field in fields.items() if field.required}

    unfit = [
        record
        for record in records(country, code, 1_000, SEED)
        if not required <= record.keys() or not all(fits(fields[name], value) for name, value in record.items())
    ]

    assert unfit == []


@pytest.mark.parametrize("code", ["population", "income", "parcels", "births"])
def test_unique_fields_are_unique(country: Country, code: str) -> None:
    rows = list(records(country, code, 1_000, SEED))
    unique = [field.name for field in country.registry(code).fields if field.unique]

    assert unique
    assert all(len({row[name] for row in rows}) == len(rows) for name in unique)


def test_the_beneficiary_registry_starts_empty(country: Country) -> None:
    assert list(records(country, "beneficiaries", COUNT, SEED)) == []


def test_an_unknown_registry_is_refused(country: Country) -> None:
    with pytest.raises(UnknownRegistry, match="ships"):
        next(records(country, "ships", 1, SEED))


def test_a_field_filled_from_nowhere_is_refused(pack: Path) -> None:
    change(pack / "registries.yaml", "source: birth_date", "source: shoe_size")

    with pytest.raises(BrokenPack, match="shoe_size"):
        next(records(load(pack), "population", 1, SEED))


@pytest.mark.requirement("USCT-5")
def test_the_ten_known_people_come_first_with_their_published_ids(country: Country, crowd: dict[str, Person]) -> None:
    endings = {persona.id.removeprefix("9b237f8a-4dc2-4438-af0d-5f01c469") for persona in country.people}
    last = max(crowd[persona.id].index for persona in country.people)

    assert endings == {f"b3{number:02d}" for number in range(2, 12)}
    assert last < BLOCK_PEOPLE


@pytest.mark.requirement("USCT-5")
def test_a_known_person_is_written_down_as_the_pack_tells(country: Country) -> None:
    found = {row["personalIdCode"]: row for row in records(country, "population", BLOCK_PEOPLE, SEED)}
    liam = next(persona for persona in country.people if persona.key == "liam-anderson")

    row = found[liam.id]
    children = [other for other in found.values() if other.get("fatherId") == liam.id]

    assert (row["firstName"], row["lastName"], row["dateOfBirth"]) == ("Liam", "Anderson", "1977-04-28")
    assert [child["firstName"] for child in children] == ["Emma", "Mateo"]
