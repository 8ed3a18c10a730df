"""Claim: ten thousand people are told what to take, each step with its reason, in less than 30 seconds.

Run `python -m benchmarks.recommendations [--people 10000] [--offerings 500]`. People of a made-up country have eight
gaps each among sixty competencies; offerings raise one or two of them, in two of four languages, a fifth of them after
another one. A third of the people need a language, a third have 40 hours. The choosing alone is measured, without a
database; the same people are advised twice, and the answers must be the same.
"""

from __future__ import annotations

import argparse
import random
import time

from govstack.pillars.learn.response.recommending.model import Advice, Course, Limits, Offer, Wish, advise

PEOPLE, OFFERINGS, COMPETENCIES, GAPS = 10_000, 500, 60, 8
LANGUAGES = ("ar", "en", "es", "fr")
SECONDS_MAX = 30.0
SEED = 2026


def offered(chance: random.Random, count: int) -> list[Course]:
    """Return offerings of a made-up country."""
    found: list[Course] = []
    for number in range(count):
        raised = {f"c{chance.randrange(COMPETENCIES):02}": chance.randrange(4) for _ in range(chance.choice((1, 1, 2)))}
        before = (f"o{chance.randrange(number):04}",) if number and chance.random() < 0.2 else ()
        found.append(
            Course(
                f"o{number:04}", tuple((name, level, level + 1) for name, level in raised.items()),
                chance.randrange(1, 40), frozenset(chance.sample(LANGUAGES, 2)), chance.choice(("ilt", "vc")),
                before=before,
            )
        )  # fmt: skip
    return found


def lacking(chance: random.Random) -> tuple[list[Wish], Limits]:
    """Return the gaps and limits of one person."""
    wishes = [
        Wish(f"c{number:02}", chance.randrange(3), chance.randrange(1, 5), chance.randrange(1, 6))
        for number in chance.sample(range(COMPETENCIES), GAPS)
    ]
    kinds = (Limits(), Limits(languages=frozenset({chance.choice(LANGUAGES)})), Limits(hours=40.0))
    return wishes, chance.choice(kinds)


def run(people: int, offerings: int) -> tuple[float, list[Advice]]:
    """Advise many people; return the seconds it took, and what each was told."""
    chance = random.Random(SEED)
    offer = Offer.of(offered(chance, offerings))
    asked = [lacking(chance) for _ in range(people)]
    started = time.perf_counter()
    told = [advise(wishes, offer, limits=limits) for wishes, limits in asked]
    return time.perf_counter() - started, told


def main() -> None:
    """Print how long it took, and fail where that is too long or the answers differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--offerings", type=int, default=OFFERINGS)
    given = parser.parse_args()
    seconds, told = run(given.people, given.offerings)
    _again, same = run(given.people, given.offerings)
    steps, left = sum(len(one.steps) for one in told), sum(len(one.open) for one in told)
    print(f"{given.people:,} people, {given.offerings:,} offerings: {seconds:.1f} s of {SECONDS_MAX:.0f} s")
    print(f"{steps:,} steps recommended, {left:,} gaps named that stay open")
    if told != same or (seconds > SECONDS_MAX and given.people <= PEOPLE):
        raise SystemExit("too slow, or the same people were told something else")


if __name__ == "__main__":
    main()
