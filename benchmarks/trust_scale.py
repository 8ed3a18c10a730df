"""Claim: what identity, consent and messaging are asked takes about as long among a million people as among a thousand.

Run `python -m benchmarks.trust_scale [--database sqlite] [--blocks identity,consent,messaging] [--sizes 1000,10000]`.
Every person has a secret number, an e-mail address, names that others share as in life, sealed content and a history;
agreed to one agreement; and got a message that was delivered. The blocks are filled in large parts, sealed and hashed
with their own keys, so that whatever is read can be opened; only the signatures over the revisions of people who agreed
are left out, which nothing here checks. Both databases get the same rows at once. Then each is asked as its callers
ask: by its own use cases, and signing in by its pages. Printed are medians, and how they grew from the smallest size.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import uvloop
from benchmarks import consent_checks
from benchmarks.people import LOADER, POSTGRES, settled
from tests.builders import sign_in
from tests.builders.messaging import messaging_on, registered
from tests.builders.running import bench
from tests.databases import databases_of

from govstack.blocks.consent.agreements import service as agreements
from govstack.blocks.consent.agreements.model import LawfulBasis
from govstack.blocks.consent.auditing import service as auditing
from govstack.blocks.consent.evidence import service as evidence
from govstack.blocks.consent.giving import service as giving
from govstack.blocks.consent.manifest import MANIFEST as CONSENT
from govstack.blocks.consent.records import service as records
from govstack.blocks.consent.verification import service as verification
from govstack.blocks.identity.deduplication import service as deduplication
from govstack.blocks.identity.identifiers import model as numbers
from govstack.blocks.identity.identifiers import service as identifiers
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Attribute, ChangeContent, Content, likeness
from govstack.blocks.identity.resemblance import model as resemblance
from govstack.blocks.identity.resemblance import service as resembling
from govstack.blocks.messaging.intake import service as intake
from govstack.blocks.messaging.intake.model import Channel, Entry, Kind, Submission
from govstack.blocks.messaging.oversight import service as oversight
from govstack.blocks.messaging.senders.service import as_actor
from govstack.kernel import clock, crypto, ids, log
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context

SIZES = "1000,10000,100000,1000000"
BLOCKS = "identity,consent,messaging"
PART = 2_000
REPEATS_MAX, REPEATS_MIN, SECONDS_MAX = 100, 5, 1.0
STRIDE = 7_919
# Some names are common: of so many, the first are drawn more often than the last.
GIVEN_NAMES, FAMILY_NAMES, YEARS = 400, 4_000, 80
FEW = 20
MESSAGES_OF_REQUEST = 100

Ask = Callable[[int], Awaitable[object]]
Questions = Mapping[str, Ask]


class Side:
    """A block on one database: what it is asked, and what was measured."""

    def __init__(self, dialect: str, context: Context) -> None:
        self.dialect, self.context = dialect, context
        self.found: dict[str, list[float]] = {}

    async def measure(self, questions: Questions) -> None:
        """Ask everything some times, and keep the medians in milliseconds."""
        turns = count(1)
        for name, ask in questions.items():
            await ask(next(turns))
            taken: list[float] = []
            until = time.perf_counter() + SECONDS_MAX
            while len(taken) < REPEATS_MIN or (len(taken) < REPEATS_MAX and time.perf_counter() < until):
                begun = time.perf_counter()
                await ask(next(turns))
                taken.append((time.perf_counter() - begun) * 1_000)
            self.found.setdefault(name, []).append(statistics.median(taken))


# Identity.


def attributes(number: int) -> tuple[Attribute, ...]:
    """Return one of many people; common names are more common than others."""
    given = int(GIVEN_NAMES * (number * 0.618_033_988_7 % 1) ** 2)
    family = int(FAMILY_NAMES * (number * 0.754_877_666_2 % 1) ** 2)
    return person(given, family, 1940 + number % YEARS)


def person(given: int, family: int, year: int) -> tuple[Attribute, ...]:
    """Return somebody by the numbers of their names; the lower the more common."""
    return Attribute("name", f"Gan{given} Fam{family}"), Attribute("birthdate", f"{year}-04-01")


def mail(number: int) -> str:
    """Return the address that leads to one of many people."""
    return f"p{number}@people.example.org"


def secret_number(number: int) -> str:
    """Return a number with its check digit."""
    drawn = str(100_000_000 + number)
    return drawn + numbers.check_digit(drawn)


Rows = dict[str, list[tuple[object, ...]]]
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "identity": (
        "id", "subject", "status", "blocked_until", "roles", "scopes", "content", "listed", "position",
        "registered_at", "modified_at", "version",
    ),
    "identifier": (
        "id", "person_id", "kind", "form", "print", "content", "status", "blocked_until", "made_at", "expires_at",
        "ended_at",
    ),
    "identity_change": ("person_id", "number", "at", "kind", "content"),
    "resemblance": ("token", "person_id"),
}  # fmt: skip


def entered(context: Context, some: range) -> Rows:
    """Return the rows of people, as entering them leaves them behind."""
    rows: Rows = {table: [] for table in COLUMNS}
    for number in some:
        one, at, known = ids.new_id(), clock.timestamp(), attributes(number)
        content = context.keys.seal(people.PURPOSE, crypto.canonical(Content(known, {})), bound_to=one)
        rows["identity"].append((one, f"subject-{number}", "active", "", "", "", content, False, 0, at, at, 1))
        for kind, form, value in (("uin", "", secret_number(number)), ("alias", "email", mail(number))):
            own = ids.new_id()
            sealed = context.keys.seal(identifiers.PURPOSE, value.encode(), bound_to=own)
            print_ = identifiers.prints(context, value)[0]
            rows["identifier"].append((own, one, kind, form, print_, sealed, "active", "", at, "", ""))
        told = crypto.canonical(ChangeContent(LOADER.id, "", "", (), (), known))
        history = context.keys.seal(people.HISTORY_PURPOSE, told, bound_to=f"{one}/1")
        rows["identity_change"].append((one, 1, at, "registered", history))
        heard = {context.keys.fingerprint(resembling.PURPOSE, token) for token in resemblance.tokens(likeness(known))}
        rows["resemblance"] += [(token, one) for token in heard]
    return rows


async def write(context: Context, rows: Rows) -> None:
    """Write rows of people."""
    async with context.database.transaction() as tx:
        for table, columns in COLUMNS.items():
            await tx.copy(table, columns, rows[table])


def of_identity(provider: sign_in.Provider, size: int) -> Questions:
    """Return what is asked of identity: to find, to compare, to sign in, to enter."""
    context = provider.bench.context

    async def by_number(turn: int) -> None:
        assert await people.find(context, identifier=secret_number(turn * STRIDE % size))

    async def by_alias(turn: int) -> None:
        assert await people.find(context, identifier=mail(turn * STRIDE % size))

    async def by_subject(turn: int) -> None:
        assert await people.by_subject(context, subject=f"subject-{turn * STRIDE % size}")

    async def changes(turn: int) -> None:
        met = await people.by_subject(context, subject=f"subject-{turn * STRIDE % size}")
        assert met
        assert await people.history(context, person_id=met.id)

    async def signed_in(turn: int) -> None:
        async with provider.client() as browser:
            who = await provider.begin(browser, provider.own())
            sign_in.code_of(await provider.prove(browser, who, identifier=mail(turn * STRIDE % size)))

    async def entering(turn: int) -> None:
        known = person(GIVEN_NAMES + turn, FAMILY_NAMES + turn, 1990)
        await people.register(context, by=LOADER, attributes=known)

    return {
        "found by secret number": by_number,
        "found by alias": by_alias,
        "found by subject": by_subject,
        "history of a person": changes,
        "a whole sign-in by alias": signed_in,
        "duplicates of a rare name": lambda turn: deduplication.alike(
            context, attributes=person(GIVEN_NAMES - 1, FAMILY_NAMES - turn, 1940 + turn % YEARS)
        ),
        "duplicates of the commonest": lambda turn: deduplication.alike(
            context, attributes=person(0, 0, 1940 + turn % YEARS)
        ),
        "a page of people": lambda _: people.people(context, limit=50),
        "somebody entered": entering,
    }


@asynccontextmanager
async def identity(dialects: Sequence[str], folder: str) -> AsyncIterator[tuple[list[Side], Any, Any]]:
    """Identity on some databases, how it is filled, and what it is asked."""
    async with contextlib.AsyncExitStack() as stack:
        providers = {}
        for dialect in dialects:
            databases = await stack.enter_async_context(databases_of(dialect, Path(folder)))
            providers[dialect] = await sign_in.provider(databases)
        sides = [Side(dialect, one.bench.context) for dialect, one in providers.items()]

        async def fill(first: int, end: int) -> None:
            for start in range(first, end, PART):
                rows = entered(sides[0].context, range(start, min(start + PART, end)))
                await asyncio.gather(*(write(side.context, rows) for side in sides))

        yield sides, fill, lambda side, size: of_identity(providers[side.dialect], size)


# Consent.


class Unsigned(crypto.SigningKey):
    """A key that signs nothing, since signing a million revisions takes a minute and nothing here checks it."""

    def sign(self, data: bytes) -> bytes:
        """Return an empty signature."""
        return bytes(64)


USER = Actor("application", "registries", "Registries", scopes=frozenset({verification.VERIFY, auditing.AUDIT}))


async def agreement(context: Context, purpose: str) -> agreements.Known:
    """Write an agreement."""
    draft = agreements.Draft("1.0", purpose, LawfulBasis.CONSENT, "Low risk", active=True)
    return await agreements.create(context, by=LOADER, draft=draft)


async def same_agreements(source: Context, target: Context) -> None:
    """Copy what stands about agreements, so that both databases have the same."""
    truths = {"signed_without_object_id", "active", "forgettable", "terminated"}
    for table in ("controller", "revision", "agreement"):
        async with source.database.reading() as tx:
            found = [
                {name: bool(value) if name in truths else value for name, value in row.items()}
                for row in await tx.fetch(f"SELECT * FROM {table}")
            ]
        if found:
            async with target.database.transaction() as tx:
                await tx.copy(table, tuple(found[0]), [tuple(row.values()) for row in found])


def of_consent(context: Context, common: str, rare: str, size: int) -> Questions:
    """Return what is asked of consent: of one person, of an agreement, of everything."""
    part = evidence.Part(0, 100)

    def one(turn: int) -> str:
        return consent_checks.identifier(FEW + turn * STRIDE % (size - FEW))

    def ask(**asked: Any) -> Awaitable[object]:
        return verification.ask(context, by=USER, question=verification.Question(**asked), part=part)

    async def verified(turn: int) -> None:
        assert await ask(external_id=one(turn), narrowed=records.Narrowed(common))

    async def own(turn: int) -> None:
        citizen = Actor("person", one(turn), "", attributes={"person_identifier": one(turn)})
        assert await giving.listed(context, by=citizen, part=part)

    async def one_history(turn: int) -> None:
        question = verification.Question(external_id=one(turn), narrowed=records.Narrowed(common))
        (shown,) = await verification.ask(context, by=USER, question=question, part=part)
        wanted = evidence.Search("ConsentRecord", shown.data.id)
        assert await auditing.revisions(context, by=USER, wanted=wanted, part=part)

    async def agreeing(turn: int) -> None:
        person_id = f"NEW-{size}-{turn}"
        citizen = Actor("person", person_id, "", attributes={"person_identifier": person_id})
        await giving.agree(context, by=citizen, agreement_id=common)

    return {
        "is there consent": verified,
        "all of one person": own,
        "all to an agreement of many": lambda _: ask(narrowed=records.Narrowed(common)),
        "all to an agreement of few": lambda _: ask(narrowed=records.Narrowed(rare)),
        "all of everybody": lambda _: auditing.list_records(context, by=USER, part=part),
        "the newest history of all": lambda _: auditing.revisions(
            context, by=USER, wanted=evidence.Search(), part=part
        ),
        "one record and its history": one_history,
        "how many agree": lambda _: records.agreeing(context, agreement_id=common),
        "somebody agrees": agreeing,
    }


@asynccontextmanager
async def consent(dialects: Sequence[str], folder: str) -> AsyncIterator[tuple[list[Side], Any, Any]]:
    """Consent on some databases, how it is filled, and what it is asked."""
    async with contextlib.AsyncExitStack() as stack:
        sides = []
        for dialect in dialects:
            databases = await stack.enter_async_context(databases_of(dialect, Path(folder)))
            database = await databases.migrated(CONSENT.name, CONSENT.root / "migrations")
            sides.append(Side(dialect, bench(CONSENT, database).context))
        context = sides[0].context
        common, rare = await agreement(context, "Check the income"), await agreement(context, "Ask a few")
        for other in sides[1:]:
            await same_agreements(context, other.context)
        key = Unsigned(context.keys.signing_key(evidence.SIGNING).private)

        async def fill(first: int, end: int) -> None:
            for start in range(first, end, PART):
                some = range(start, min(start + PART, end))
                few = range(some.start, some.start if start else FEW)
                rows = list(consent_checks.agreeing(context, rare, few, key))
                rows += consent_checks.agreeing(context, common, range(few.stop, some.stop), key)
                await asyncio.gather(*(consent_checks.enter(side.context, rows) for side in sides))

        yield sides, fill, lambda side, size: of_consent(side.context, common.agreement.id, rare.agreement.id, size)


# Messaging.

SENT = """
WITH RECURSIVE n(i) AS (
    SELECT CAST(:first AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < CAST(:end AS BIGINT)
)
"""
DAY = "'2026-10-' || CAST(10 + i % 20 AS TEXT) || 'T08:00:00.000000Z'"
REQUESTS = f"""
INSERT INTO message_request (id, sender_id, kind, urgent, mhash, messages, content_bytes, callback, received_at,
                             expires_at, correlation_id, channel)
{SENT} SELECT 'request-' || CAST(i AS TEXT), :sender, 'batch', FALSE, 'hash-' || CAST(i AS TEXT),
    {MESSAGES_OF_REQUEST}, 430, NULL, {DAY}, '2026-10-31T08:00:00.000000Z', '', 'email' FROM n
"""
MESSAGES = f"""
INSERT INTO message (id, request_id, channel, recipient_hash, due_at)
{SENT} SELECT 'message-' || CAST(i AS TEXT), 'request-' || CAST(i / {MESSAGES_OF_REQUEST} AS TEXT), 'email',
    'recipient-' || CAST(i AS TEXT), {DAY} FROM n
"""
EVENTS = f"""
INSERT INTO message_event (message_id, sequence, state, reason, provider, response_code, at)
{SENT} SELECT 'message-' || CAST(i AS TEXT), :sequence, :state, '', '', 250, {DAY} FROM n
"""
READER = Actor("person", "administrator", "Administrator", scopes=frozenset({"messaging:*"}))


async def sent(context: Context, sender_id: str, first: int, end: int) -> None:
    """Write messages that were delivered: nothing of them can be read any more, so there is nothing to seal."""
    async with context.database.transaction() as tx:
        whole = {"first": first // MESSAGES_OF_REQUEST, "end": end // MESSAGES_OF_REQUEST}
        await tx.execute(REQUESTS, **whole, sender=sender_id)
        await tx.execute(MESSAGES, first=first, end=end)
        for sequence, state in enumerate(("queued", "delivered"), 1):
            await tx.execute(EVENTS, first=first, end=end, sequence=sequence, state=state)


def of_messaging(context: Context, sender: Any, size: int) -> Questions:
    """Return what is asked of messaging: to take in, to tell how it stands, to show."""

    def uid(turn: int) -> str:
        return f"request-{turn * STRIDE % (size // MESSAGES_OF_REQUEST)}"

    async def counted(turn: int) -> None:
        async with context.database.reading() as tx:
            assert (await intake.counted(tx, uid(turn))).total() == MESSAGES_OF_REQUEST

    async def accepted(turn: int) -> None:
        submission = Submission(Kind.SINGLE, [Entry(mail(size * 1_000 + turn))], "Your card", "It is here.", {})
        await intake.accept(context, by=as_actor(sender), sender=sender, submission=submission)

    return {
        "how a request stands": counted,
        "a request as it is shown": lambda turn: oversight.request(context, by=READER, uid=uid(turn)),
        "a page of requests": lambda _: oversight.requests(context, by=READER),
        "the figures of a day": lambda _: oversight.figures(context, by=READER),
        "the latest message to somebody": lambda turn: intake.answered(
            context, channel=Channel.EMAIL, address=mail(turn)
        ),
        "a message accepted": accepted,
    }


@asynccontextmanager
async def messaging(dialects: Sequence[str], folder: str) -> AsyncIterator[tuple[list[Side], Any, Any]]:
    """Messaging on some databases, how it is filled, and what it is asked."""
    async with contextlib.AsyncExitStack() as stack:
        senders, sides = {}, []
        for dialect in dialects:
            databases = await stack.enter_async_context(databases_of(dialect, Path(folder)))
            running = await stack.enter_async_context(messaging_on(databases))
            made = await registered(running.context, daily_quota=100_000_000, per_second=10_000)
            senders[dialect] = made.sender
            sides.append(Side(dialect, running.context))

        async def fill(first: int, end: int) -> None:
            await asyncio.gather(*(sent(side.context, senders[side.dialect].id, first, end) for side in sides))

        yield sides, fill, lambda side, size: of_messaging(side.context, senders[side.dialect], size)


# The comparison.

KNOWN: Mapping[str, Callable[..., Any]] = {"identity": identity, "consent": consent, "messaging": messaging}


async def grow(block: str, dialects: Sequence[str], sizes: Sequence[int]) -> None:
    """Let a block grow from size to size, measure at each, and print how the times grew."""
    with tempfile.TemporaryDirectory() as folder:
        async with KNOWN[block](dialects, folder) as (sides, fill, questions):
            for first, size in zip((0, *sizes), sizes, strict=False):
                begun = time.perf_counter()
                await fill(first, size)
                print(f"{block}: {size:,}, filled in {time.perf_counter() - begun:.0f} s", flush=True)
                for side in sides:
                    await settled(side.context.database)
                    await side.measure(questions(side, size))
            for line in told(block, sides, sizes):
                print(line, flush=True)


def told(block: str, sides: Sequence[Side], sizes: Sequence[int]) -> Iterator[str]:
    """Return the table: milliseconds at each size, and the last and each as a multiple of the first."""
    for side in sides:
        yield f"{block} on {side.dialect}".ljust(44) + "".join(f"{size:>12,}" for size in sizes) + "   grew to"
        for name, times in side.found.items():
            grown = "  ".join(f"{one / times[0]:.1f}" for one in times[1:])
            yield f"  {name:42}" + "".join(f"{one:9.2f} ms" for one in times) + f"   {grown}"


def main() -> None:
    """Read what was asked for and do it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", default="", choices=["", "sqlite", "postgres"], help="both, unless one is named")
    parser.add_argument("--blocks", default=BLOCKS, help="which blocks are measured")
    parser.add_argument("--sizes", default=SIZES, help="how many people, ascending, in hundreds")
    given = parser.parse_args()
    log.configure("ERROR")
    dialects = [given.database] if given.database else ["sqlite", *(["postgres"] if POSTGRES else [])]
    for block in given.blocks.split(","):
        uvloop.run(grow(block, dialects, [int(size) for size in given.sizes.split(",")]))


if __name__ == "__main__":
    main()
