"""The message log: its chain survives restarts, crashes and crowds, and its export shows every change offline."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from govstack.blocks.mediator.evidence import model, service, tasks
from govstack.blocks.mediator.evidence.errors import NotRecorded
from govstack.blocks.mediator.evidence.model import Message, verify
from govstack.blocks.mediator.manifest import MANIFEST
from govstack.kernel import clock, crypto, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Database
from govstack.kernel.jobs import Job
from tests.builders.exchange import CLIENT, PROVIDER, STRANGER
from tests.builders.running import SECRET, bench
from tests.databases import Databases

OWNER = Actor("person", "owner", scopes=frozenset({"mediator:read"}))
OTHER_SECRET = "another-secret-that-only-tests-know-98765"


def said(direction: str = "request", *, client: str = CLIENT, message_id: str = "", **more: Any) -> Message:
    """Return a message as an exchange records it."""
    return Message(
        message_id=message_id or ids.new_id(),
        direction=direction,  # type: ignore[arg-type]
        correlation_id=ids.new_id(),
        client=client,
        provider=PROVIDER,
        service_code="people",
        method="GET",
        at=clock.timestamp(),
        verdict="received" if direction == "request" else "allowed",
        **more,
    )


async def opened(databases: Databases) -> Database:
    return await databases.migrated("mediator", MANIFEST.root / "migrations")


def context_on(database: Database, *, secret: str = SECRET, previous: str = "") -> Context:
    """Return the mediator's context as another start of the process would have it."""
    made = bench(MANIFEST, database).context
    object.__setattr__(made, "keys", crypto.Keyring(secret, package="mediator", previous=previous))
    return made


async def exported(context: Context, by: Actor = OWNER, **wanted: Any) -> list[bytes]:
    """Return an export as lines."""
    return b"".join([part async for part in await service.export(context, by=by, **wanted)]).splitlines(keepends=True)


async def authority(context: Context) -> str:
    """Return the published fingerprint of the authority in use."""
    return model.fingerprint((await service.authorities(context))[-1].pem)


@pytest.fixture
async def context(databases: Databases) -> Any:
    made = context_on(await opened(databases))
    yield made
    await service.stop(made)


@pytest.fixture
async def on_sqlite(sqlite_databases: Databases) -> Any:
    made = context_on(await opened(sqlite_databases))
    yield made
    await service.stop(made)


async def logged(context: Context, count: int = 6) -> list[bytes]:
    """Record some exchanges and return their export."""
    for number in range(count // 2):
        request = said()
        await service.record(context, request)
        await service.record(context, said("answer", message_id=request.message_id, status=200, duration_us=number))
    return await exported(context)


# The chain.


@pytest.mark.requirement("I30", "X070", "X106")
async def test_an_export_verifies_offline_against_the_published_fingerprint(context: Context) -> None:
    lines = await logged(context)

    found = verify(lines, authorities=[await authority(context)])

    assert (found.ok, found.entries, found.first_bad, found.reason) == (True, 6, "", "")


@pytest.mark.requirement("I30")
async def test_each_side_is_signed_with_the_certified_key_of_its_member(context: Context) -> None:
    await logged(context, 2)

    entries = await service.find(context, service.Wanted(), limit=10)

    keys = context.keys
    assert {entry.message.direction: entry.kid for entry in entries} == {
        "request": keys.signing_key("member/GOV/7001").kid,
        "answer": keys.signing_key("member/GOV/7002").kid,
    }


async def test_many_at_once_make_one_sound_chain(context: Context) -> None:
    await asyncio.gather(*(service.record(context, said()) for _ in range(200)))

    found = verify(await exported(context))

    assert (found.ok, found.entries) == (True, 200)


async def test_two_processes_keep_chains_of_their_own(context: Context) -> None:
    other = context_on(context.database)
    await asyncio.gather(*(service.record(one, said()) for one in (context, other) * 20))
    await service.stop(other)

    lines = await exported(context)

    assert verify(lines).entries == 40
    assert sorted((await service.chains(context)).values()) == [20, 20]


async def test_a_restart_continues_the_chain(context: Context) -> None:
    await logged(context)
    await service.stop(context)
    again = context_on(context.database)

    await logged(again)

    assert list((await service.chains(again)).values()) == [12]
    assert verify(await exported(again)).ok
    await service.stop(again)


async def test_a_chain_whose_process_died_is_continued_by_another_later(context: Context) -> None:
    await logged(context)
    later = clock.now() + timedelta(seconds=service.CHAIN_HELD_SECONDS + 1)
    survivor = context_on(context.database)
    with clock.fixed(later):
        taken = service.message_log(survivor)
        head = await taken._claim()

    assert (head.number, list((await service.chains(context)).values())) == (6, [6])


async def test_a_process_that_lost_its_chain_goes_on_with_another(context: Context) -> None:
    await logged(context)
    async with context.database.transaction() as tx:
        await tx.execute("UPDATE message_chain SET holder = 'thief'")

    await service.record(context, said())

    assert sorted((await service.chains(context)).values()) == [1, 6]
    assert verify(await exported(context)).ok


async def test_an_entry_that_the_database_refuses_does_not_take_others_with_it(context: Context) -> None:
    twice = said()
    await service.record(context, twice)

    outcomes = await asyncio.gather(
        *(service.record(context, message) for message in (said(), twice, said())), return_exceptions=True
    )

    assert [type(outcome) for outcome in outcomes] == [type(None), NotRecorded, type(None)]
    assert verify(await exported(context)).entries == 3


async def test_nothing_is_recorded_after_the_log_was_closed(on_sqlite: Context) -> None:
    log = service.message_log(on_sqlite)
    await service.stop(on_sqlite)

    with pytest.raises(NotRecorded):
        await log.record(said())


async def test_more_than_can_wait_is_refused(on_sqlite: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "WAITING_ENTRIES_MAX", 0)

    with pytest.raises(NotRecorded):
        await service.record(on_sqlite, said())


@pytest.mark.requirement("I30", "X047")
async def test_entries_are_time_stamped_in_batches_within_about_a_second(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "SEAL_SECONDS", 0.05)
    request = said()
    await asyncio.gather(service.record(context, request), *(service.record(context, said()) for _ in range(20)))

    async with asyncio.timeout(10):
        while not (await service.message(context, by=OWNER, message_id=request.message_id))[0].sealed_at:
            await asyncio.sleep(0.02)
    (proven,) = await service.message(context, by=OWNER, message_id=request.message_id)
    lines = await exported(context)
    assert proven.verification.ok
    assert proven.sealed_at >= request.at
    assert 1 <= sum(b'"type":"seal"' in line for line in lines) < 10


# Keys that roll over.


@pytest.mark.requirement("CFR-security-10", "X070")
async def test_signatures_of_an_earlier_key_still_verify(context: Context) -> None:
    await logged(context)
    first = await authority(context)
    await service.stop(context)
    rolled = context_on(context.database, secret=OTHER_SECRET, previous=SECRET)

    lines = await logged(rolled)

    second = await authority(rolled)
    kids = {json.loads(line)["kid"] for line in lines if b'"type":"entry"' in line}
    assert first != second
    assert len(kids) == 4
    assert verify(lines, authorities=[first, second]).entries == 12
    await service.stop(rolled)


async def test_an_authority_one_does_not_trust_is_named(on_sqlite: Context) -> None:
    lines = await logged(on_sqlite)

    found = verify(lines, authorities=["00" * 32])

    assert (found.ok, found.first_bad) == (False, "header")


async def test_a_forger_with_an_authority_of_the_same_name_is_found_out(
    on_sqlite: Context, sqlite_databases: Databases
) -> None:
    database = await sqlite_databases.migrated("forger", MANIFEST.root / "migrations")
    forger = context_on(database, secret=OTHER_SECRET)
    forged = await logged(forger)
    await service.stop(forger)

    found = verify(forged, authorities=[await authority(on_sqlite)])

    assert verify(forged).ok
    assert (found.ok, found.first_bad) == (False, "header")


# Tampering.


def changed(line: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """Return a line with something changed, written as an export writes it."""
    value = json.loads(line)
    change(value)
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def places(lines: list[bytes]) -> dict[int, int]:
    """Return where each entry stands in a file, by its number."""
    return {json.loads(line)["number"]: at for at, line in enumerate(lines) if b'"type":"entry"' in line}


def other(value: object) -> object:
    """Return another value of the same type."""
    if isinstance(value, int):
        return value + 1
    return {"request": "answer", "answer": "request", "received": "allowed", "allowed": "refused"}.get(
        str(value), f"{value}x"
    )


@pytest.mark.requirement("I30", "X103")
@pytest.mark.parametrize("field", [*Message.__struct_fields__])
async def test_a_change_of_any_part_of_what_was_said_is_found_and_named(on_sqlite: Context, field: str) -> None:
    lines = await logged(on_sqlite)
    at = places(lines)[3]
    chain = json.loads(lines[at])["chain"]
    lines[at] = changed(lines[at], lambda entry: entry["message"].update({field: other(entry["message"][field])}))

    found = verify(lines)

    assert (found.ok, found.entries, found.first_bad) == (False, 2, f"{chain}/3")
    assert "changed" in found.reason


@pytest.mark.requirement("I30", "X103")
@pytest.mark.parametrize("field", ["chain", "number", "kid", "signature", "previous_hash", "hash"])
async def test_a_change_of_an_entrys_place_or_signature_is_found_and_named(on_sqlite: Context, field: str) -> None:
    lines = await logged(on_sqlite)
    at = places(lines)[3]
    chain = json.loads(lines[at])["chain"]
    lines[at] = changed(lines[at], lambda entry: entry.update({field: other(entry[field])}))

    found = verify(lines)

    assert (found.ok, found.entries) == (False, 2)
    assert found.first_bad in {f"{chain}/3", f"{chain}x/3"}


async def test_a_field_nobody_signed_cannot_be_slipped_in(on_sqlite: Context) -> None:
    lines = await logged(on_sqlite)
    at = places(lines)[3]
    lines[at] = changed(lines[at], lambda entry: entry["message"].update({"note": "paid"}))

    assert verify(lines).first_bad.endswith("/3")


async def test_a_second_value_under_the_same_name_cannot_be_slipped_in(on_sqlite: Context) -> None:
    lines = await logged(on_sqlite)
    at = places(lines)[3]
    lines[at] = lines[at].replace(b'"status":0', b'"status":500,"status":0')

    assert verify(lines).first_bad.endswith("/3")


@pytest.mark.parametrize("number", [1, 3, 6])
async def test_a_removed_entry_is_named(on_sqlite: Context, number: int) -> None:
    lines = await logged(on_sqlite)
    del lines[places(lines)[number]]

    found = verify(lines)

    assert found.first_bad.endswith(f"/{number}")
    assert "missing" in found.reason


async def test_the_first_entries_cannot_be_cut_off_by_moving_the_start(on_sqlite: Context) -> None:
    lines = await logged(on_sqlite)
    at = places(lines)
    second = json.loads(lines[at[2]])
    lines[0] = changed(
        lines[0], lambda header: header["chains"][0].update(first=2, previous_hash=second["previous_hash"])
    )
    del lines[at[1]]

    found = verify(lines)

    assert (found.ok, found.first_bad.rpartition("/")[2]) == (False, "1")


async def test_the_last_entries_cannot_be_cut_off(on_sqlite: Context) -> None:
    lines = await logged(on_sqlite)

    found = verify([*lines[: places(lines)[5]], lines[-1]])

    assert (found.ok, found.first_bad.rpartition("/")[2]) == (False, "5")


async def test_a_file_that_was_cut_short_is_not_taken_for_whole(on_sqlite: Context) -> None:
    lines = await logged(on_sqlite)

    assert verify(lines[:-1]).first_bad == "end"


async def test_an_entry_put_in_twice_is_named(on_sqlite: Context) -> None:
    lines = await logged(on_sqlite)
    at = places(lines)[3]

    found = verify([*lines[: at + 1], lines[at], *lines[at + 1 :]])

    assert (found.ok, found.entries, found.first_bad.rpartition("/")[2]) == (False, 3, "3")


async def test_entries_in_another_order_are_named(on_sqlite: Context) -> None:
    lines = await logged(on_sqlite)
    at = places(lines)
    lines[at[3]], lines[at[4]] = lines[at[4]], lines[at[3]]

    found = verify(lines)

    assert (found.ok, found.entries, found.first_bad.rpartition("/")[2]) == (False, 2, "3")


async def test_an_entry_that_a_member_signed_for_another_is_named(on_sqlite: Context) -> None:
    lines = await logged(on_sqlite)
    at = places(lines)[3]
    entry = json.loads(lines[at])
    message = Message(**{**entry["message"], "client": STRANGER})
    key = on_sqlite.keys.signing_key("member/GOV/7001")
    signature = crypto.to_base64url(key.sign(model.signed_bytes(message)))
    digest = model.content_digest(model.signed_bytes(message), key.kid, signature)
    entry.update(
        message=json.loads(json.dumps({name: getattr(message, name) for name in Message.__struct_fields__})),
        signature=signature,
        hash=model.chained(entry["chain"], 3, entry["previous_hash"], digest),
    )
    lines[at] = changed(lines[at], lambda value: value.update(entry))

    found = verify(lines)

    assert found.first_bad.endswith("/3")
    assert "COM/9" in found.reason


@pytest.mark.parametrize("field", ["hash", "at", "kid", "signature"])
async def test_a_changed_time_stamp_is_named(on_sqlite: Context, field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "SEAL_ENTRIES_MAX", 2)
    lines = await logged(on_sqlite)
    at = next(at for at, line in enumerate(lines) if b'"type":"seal"' in line)
    lines[at] = changed(lines[at], lambda seal: seal.update({field: other(seal[field])}))

    found = verify(lines)

    assert not found.ok
    assert "time stamp" in found.reason


@pytest.mark.parametrize("field", ["entries", "at", "kid", "signature"])
async def test_a_changed_last_line_is_named(on_sqlite: Context, field: str) -> None:
    lines = await logged(on_sqlite)
    lines[-1] = changed(lines[-1], lambda end: end.update({field: other(end[field])}))

    assert verify(lines).first_bad == "end"


@pytest.mark.parametrize("line", [b"", b"nonsense\n", b'{"type":"other"}\n', b"\xff\xfe\n", b"[1]\n"])
async def test_a_line_that_cannot_be_read_is_a_finding_and_no_crash(on_sqlite: Context, line: bytes) -> None:
    lines = await logged(on_sqlite)
    at = places(lines)[3]

    found = verify([*lines[:at], line, *lines[at + 1 :]])

    assert (found.ok, found.first_bad.rpartition("/")[2]) == (False, "3")


@pytest.mark.parametrize("lines", [[], [b"{}\n"], [b'{"type":"end"}\n']])
def test_a_file_that_is_no_log_is_refused(lines: list[bytes]) -> None:
    assert not verify(lines).ok


async def test_a_changed_row_in_the_database_shows_in_the_export(context: Context) -> None:
    await logged(context)
    async with context.database.transaction() as tx:
        await tx.execute("UPDATE message_entry SET status = 500 WHERE number = 4")

    found = verify(await exported(context))

    assert (found.ok, found.first_bad.rpartition("/")[2]) == (False, "4")


async def test_a_deleted_row_in_the_database_shows_in_the_export(context: Context) -> None:
    await logged(context)
    async with context.database.transaction() as tx:
        await tx.execute("DELETE FROM message_entry WHERE number = 4")

    found = verify(await exported(context))

    assert (found.ok, found.first_bad.rpartition("/")[2]) == (False, "4")


# Who sees what.


@pytest.mark.requirement("I32")
async def test_an_application_exports_its_own_messages_and_only_digests_of_others(context: Context) -> None:
    await logged(context)
    mine = said(client=STRANGER)
    await service.record(context, mine)
    stranger = Actor("application", STRANGER, application=STRANGER)

    lines = await exported(context, by=stranger)

    assert sum(b'"type":"hidden"' in line for line in lines) == 6
    assert CLIENT.encode() not in b"".join(lines)
    assert verify(lines) == model.Verification(True, 1)


@pytest.mark.requirement("I30")
async def test_one_message_can_be_proved_without_showing_any_other(context: Context) -> None:
    await logged(context)
    request = said(client=STRANGER)
    await service.record(context, request)
    await service.record(context, said())
    by = Actor("application", STRANGER, application=STRANGER)

    proof = await service.proof(context, by=by, message_id=request.message_id, direction="request")
    lines = b"".join([part async for part in proof]).splitlines()

    assert verify(lines, authorities=[await authority(context)]) == model.Verification(True, 1)
    assert CLIENT.encode() not in b"".join(lines)


async def test_a_period_is_exported_with_its_place_in_the_chain(context: Context) -> None:
    await logged(context)
    moment = clock.now()
    await asyncio.sleep(0.01)
    await logged(context, 4)

    later = await exported(context, since=moment)
    earlier = await exported(context, until=moment)

    assert (verify(earlier).entries, verify(later).entries) == (6, 4)
    assert json.loads(later[0])["chains"][0]["first"] == 7


async def test_an_empty_log_exports_and_verifies(context: Context) -> None:
    assert verify(await exported(context)) == model.Verification(True, 0)


async def test_an_export_longer_than_a_page_is_whole(on_sqlite: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "EXPORT_PAGE_ENTRIES", 7)
    await asyncio.gather(*(service.record(on_sqlite, said()) for _ in range(50)))

    assert verify(await exported(on_sqlite)).entries == 50


async def test_a_file_is_verified_from_disk(on_sqlite: Context, tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    file.write_bytes(b"".join(await logged(on_sqlite)))

    found = service.verify_file(file, authorities=[await authority(on_sqlite)])

    assert found.ok


async def test_the_command_that_verifies_a_file_answers_scripts_in_json(on_sqlite: Context, tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole.jsonl", tmp_path / "cut.jsonl"
    lines = await logged(on_sqlite)
    whole.write_bytes(b"".join(lines))
    cut.write_bytes(b"".join(lines[:-1]))
    assert MANIFEST.cli is not None
    app = MANIFEST.cli()

    sound, unsound = (CliRunner().invoke(app, ["verify", str(file), "--json"]) for file in (whole, cut))

    assert sound.exit_code == 0
    assert json.loads(sound.stdout)["sound"]
    assert json.loads(sound.stdout)["entries"] > 0
    assert unsound.exit_code == 1
    assert (json.loads(unsound.stdout)["sound"], json.loads(unsound.stdout)["first_bad"]) == (False, "end")
    assert "cut off" in json.loads(unsound.stdout)["reason"]


@pytest.mark.requirement("CFR-data-10")
async def test_payloads_are_forgotten_when_their_time_is_over(context: Context) -> None:
    message = said()
    await service.record(context, message, b"secret words")
    by = Actor("application", CLIENT, application=CLIENT)
    job = Job("1", "x", {}, 1, "")

    before = await service.payload(context, by=by, message_id=message.message_id, direction="request")
    with clock.fixed(clock.now() + timedelta(days=31)):
        await tasks.forget_payloads(context, job)
    async with context.database.reading() as tx:
        left = await tx.fetch("SELECT message_id FROM message_payload")

    assert (before, left) == (b"secret words", [])


async def test_payloads_lie_encrypted_in_the_database(context: Context) -> None:
    await service.record(context, said(), b"secret words")

    async with context.database.reading() as tx:
        rows = await tx.fetch("SELECT sealed FROM message_payload")

    assert b"secret" not in bytes(rows[0]["sealed"])


def test_the_first_id_of_a_moment_parts_earlier_from_later() -> None:
    moment = datetime(2026, 11, 21, 21, 30, tzinfo=UTC)
    now = clock.now()

    before, after = service.first_id(now - timedelta(milliseconds=2)), service.first_id(now + timedelta(seconds=2))

    assert before < ids.new_id() < after
    assert service.first_id(moment) < service.first_id(moment + timedelta(milliseconds=1))
