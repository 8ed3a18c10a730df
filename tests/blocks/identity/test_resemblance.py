"""Names that are heard alike are found alike, whatever script and spelling they came in."""

from __future__ import annotations

import pytest

from govstack.blocks.identity.manifest import MANIFEST
from govstack.blocks.identity.people import service
from govstack.blocks.identity.people.model import Attribute
from govstack.blocks.identity.resemblance.model import (
    TOKENS_MAX,
    WORD_CHARACTERS_MAX,
    Likeness,
    score,
    sound,
    tokens,
    words,
)
from govstack.kernel.actor import SYSTEM
from tests.builders.running import Bench, bench
from tests.databases import Databases


@pytest.fixture
async def running(databases: Databases) -> Bench:
    """The block alone, with nobody in it."""
    return bench(MANIFEST, await databases.migrated("identity", MANIFEST.root / "migrations"))


def known_as(name: str, birthdate: str = "", language: str = "") -> tuple[Attribute, ...]:
    named = (Attribute("name", name, language),)
    return (*named, Attribute("birthdate", birthdate)) if birthdate else named


def heard(name: str) -> list[str]:
    return [sound(word) for word in words(name)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mohammed Hassan", "محمد حسن"),
        ("Muhammad al-Hasan", "محمد الحسن"),
        ("José Muñoz", "JOSE MUNOZ"),
        ("Дмитрий Шевченко", "Dmitry Shevchenko"),
        ("Γεώργιος Παπαδόπουλος", "Georgios Papadopoulos"),
        ("Yūsuf ʿAbd", "Yousuf Abd"),
        ("Łukasz Żak", "Lukasz Zak"),
    ],
)
def test_a_name_is_heard_alike_across_scripts_and_spellings(one: str, other: str) -> None:
    assert heard(one) == heard(other)


@pytest.mark.parametrize(("one", "other"), [("Amina Kone", "Boris Petrov"), ("Fatou Diop", "Karim Diop")])
def test_other_names_are_heard_otherwise(one: str, other: str) -> None:
    assert heard(one) != heard(other)


def test_a_script_without_a_table_is_compared_as_it_is_written() -> None:
    assert words("አበበ ቢቂላ") == ("አበበ", "ቢቂላ")
    assert score(Likeness(("አበበ ቢቂላ",), "1990"), Likeness(("አበበ ቢቂላ",), "1990")) == 100


def test_the_likeliest_person_scores_highest() -> None:
    wanted = Likeness(("Amina Kone",), "1990-04-17", "female")

    scores = [
        score(wanted, other)
        for other in (
            wanted, Likeness(("Kone Aminah",), "1990-04-17", "female"), Likeness(("Amina Kone",), "1990-07-14"),
            Likeness(("Amina Kone",), "1961-01-01"), Likeness(("Boris Petrov",), "1961-01-01", "male"),
        )
    ]  # fmt: skip

    assert scores[0] == 100
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)
    assert scores[-1] == 0


def test_a_very_long_name_makes_a_bounded_number_of_tokens() -> None:
    long = tuple(" ".join(f"bad{letter}{other}r" for letter in "bdfgkl") + f" {other}n" for other in "bdfgklmnprst")

    assert len(tokens(Likeness(long, "1990-01-01"))) <= TOKENS_MAX


def test_very_long_words_are_compared_by_their_beginning() -> None:
    assert words("a" * 2_000 + " Kone") == ("a" * WORD_CHARACTERS_MAX, "kone")


@pytest.mark.requirement("IDN-10", "IDN-50")
async def test_who_may_be_the_same_person_is_found_by_keyed_hashes(running: Bench) -> None:
    amina = await service.register(running.context, by=SYSTEM, attributes=known_as("محمد كوني", "1990-04-17", "ara"))
    await service.register(running.context, by=SYSTEM, attributes=known_as("Boris Petrov", "1990-04-17"))

    found = await service.resembling(running.context, attributes=known_as("Mohamed Koni", "1990-04-17", "eng"), limit=5)

    assert [one.person_id for one in found] == [amina.id]
    assert found[0].score >= 90
    async with running.context.database.reading() as tx:
        kept = [row["token"] for row in await tx.fetch("SELECT token FROM resemblance")]
    assert kept
    assert all(len(token) == 64 for token in kept)


async def test_somebody_who_changed_their_name_is_found_by_the_new_one(running: Bench) -> None:
    made = await service.register(running.context, by=SYSTEM, attributes=known_as("Amina Kone", "1990-04-17"))
    await service.change(
        running.context, by=SYSTEM, person_id=made.id, attributes=known_as("Sarah Traore"), evidence=()
    )

    old = await service.resembling(running.context, attributes=known_as("Amina Kone", "1990-04-17"), limit=5)
    new = await service.resembling(running.context, attributes=known_as("Sarah Traore", "1990-04-17"), limit=5)

    assert old == ()
    assert [one.person_id for one in new] == [made.id]
