"""The demo country on PostgreSQL and NATS: the same seeds, the same journey, the same records as on SQLite."""

from __future__ import annotations

from pathlib import Path

import pytest

from govstack.kernel.actor import Actor
from govstack.pillars.sandbox.citizens import service as citizens
from govstack.pillars.sandbox.country import service as countries
from govstack.pillars.sandbox.desk import service as desk
from tests.cluster.cluster import _forget_stream
from tests.databases import Databases
from tests.pillars.sandbox.conftest import composed, context_of, seed

SERVICE = "usct"
OFFICER = Actor("person", "enrollment-officer", "Selamawit Ketema", scopes=frozenset({"sandbox:enrol"}))
PERSON = "ava-patel"


@pytest.mark.slow
@pytest.mark.requirement("USCT-6", "USCT-READ", "CFR-architecture-4")
async def test_a_person_is_found_verified_enrolled_and_sees_who_read_their_data(
    postgres_databases: Databases, nats_url: str, tmp_path: Path
) -> None:
    person_id = next(persona.id for persona in countries.load().personas if persona.key == PERSON)
    citizen = Actor("person", PERSON, PERSON, attributes={"person_id": person_id})
    postgres_databases.open()  # so that all schemas of this prefix go with the test
    prefix = postgres_databases.prefix
    settings = {"DATABASE_URL": postgres_databases.url, "DATABASE_SCHEMA_PREFIX": prefix, "NATS_URL": nats_url}
    try:
        async with composed(tmp_path, **settings) as process:
            await seed(process)
            sandbox = context_of(process, "sandbox")
            case = await desk.open_case(sandbox, by=OFFICER, service_id=SERVICE, person_id=person_id)
            examined = await desk.examine(sandbox, by=OFFICER, case_id=case.id)
            await desk.enrol(sandbox, by=OFFICER, case_id=case.id, package_code="TPA")
            enrolled = await desk.examine(sandbox, by=OFFICER, case_id=case.id)
            read, silent = await citizens.who_read_my_data(sandbox, by=citizen)
    finally:
        await _forget_stream(nats_url, f"{prefix}govstack")

    assert not list(tmp_path.rglob("*.sqlite3"))
    assert examined.case.state == "ELIGIBLE"
    assert (enrolled.case.state, [one.person_id for one in enrolled.enrolments]) == ("ENROLLED", [person_id])
    assert (silent, OFFICER.id in {one.reader for one in read}) == ([], True)
