"""Links to records: made by right, opened through their creator's rights of the moment, and never more (DRS-27)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from govstack.blocks.registries.access import service as access
from govstack.blocks.registries.access.model import Comparison, Operator
from govstack.blocks.registries.admission.errors import RightMissing
from govstack.blocks.registries.browsing.model import Comparing, Filter
from govstack.blocks.registries.consents.errors import ConsentUnknown
from govstack.blocks.registries.design.errors import UnknownService
from govstack.blocks.registries.design.model import Classification, FieldType, Registry, ServiceKind, ServiceState
from govstack.blocks.registries.offering import service as offering
from govstack.blocks.registries.reading.errors import NoRecord
from govstack.blocks.registries.records import service as records
from govstack.blocks.registries.sharing import service
from govstack.blocks.registries.sharing.errors import BadShare, NoShare, ViewOnly
from govstack.blocks.registries.sharing.model import Mode, Scope, Wish
from govstack.blocks.registries.sharing.service import Made, Shown
from govstack.blocks.registries.usage import service as usage
from govstack.kernel import audit, clock
from govstack.kernel.actor import ANONYMOUS, Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import TooMany
from tests.builders.consents import SETTINGS, ConsentPeer, connected
from tests.builders.records import analyst, desk
from tests.builders.registries import (
    ADMINISTRATOR,
    ANALYST,
    bare_context,
    closed,
    field,
    granted,
    people_fields,
    published,
)
from tests.builders.sharing import shareable
from tests.databases import Databases

pytestmark = pytest.mark.requirement("DRS-27")
SHARE, LIST = ServiceKind.SHARE, ServiceKind.LIST
SHARER = Actor("person", "sam", "Sam Sharer", roles=frozenset({"clerk"}))
DOCTOR = Actor("person", "dora", "Dora Doctor", roles=frozenset({"doctor"}))
VISITOR = Actor("person", "vic", "Vic Visitor")
AUDITOR = Actor("person", "auditor", scopes=frozenset({"registries:audit"}))


@dataclass
class Place:
    """A register of people whose clerks may share, with two people in it."""

    context: Context
    registry: Registry
    uuids: list[str]
    tries: int = 0

    async def make(self, by: Actor = SHARER, **wish: Any) -> Made:
        """A link to the names of the first person, unless something else is wished."""
        scope = wish.pop("scope", Scope(("/FirstName", "/Region"), (self.uuids[0],)))
        wanted = Wish("Certificate", scope, **wish)
        return await service.make(self.context, by=by, registry=self.registry, wish=wanted)

    async def open(self, made: Made, by: Actor = VISITOR, **manner: Any) -> Shown:
        """What a link shows."""
        self.tries += 1
        address = f"10.0.0.{self.tries}"
        return await service.open_share(self.context, by=by, token=made.token, address=address, **manner)


@pytest.fixture
async def context(databases: Databases) -> Context:
    return await bare_context(databases)


@pytest.fixture
async def place(context: Context) -> Place:
    return await stand(context)


async def stand(context: Context) -> Place:
    """Make the register."""
    fields = (*people_fields(), field("Phone", blinded=True, mask="*##"))
    registry = await published(context, fields=fields)
    await shareable(context, registry)
    registry = await _again(context, registry)
    await granted(context, registry, "role:clerk", SHARE)
    uuids = []
    for number, region in enumerate(("north", "south")):
        content = {
            "ID": f"EE{number}", "FirstName": f"Name{number}", "Region": region, "Note": "quiet", "Phone": "123",
        }  # fmt: skip
        made = await records.create(context, by=ANALYST, registry=registry, content=content)
        uuids.append(made.uuid)
    return Place(context, registry, uuids)


async def _again(context: Context, registry: Registry) -> Registry:
    from govstack.blocks.registries.design import service as design

    return await design.published(context, code=registry.code, version="latest")


async def test_sharing_is_off_until_an_analyst_offers_it(context: Context) -> None:
    registry = await published(context)

    with pytest.raises(UnknownService):
        await service.offered(context, by=ANALYST, registry=registry)


@pytest.mark.requirement("DRS-6")
async def test_whoever_may_only_read_may_not_share(place: Place) -> None:
    with pytest.raises(RightMissing):
        await place.make(by=VISITOR)


async def test_a_link_shows_the_chosen_fields_of_the_chosen_record(place: Place) -> None:
    shown = await place.open(await place.make())

    assert (shown.fields, shown.rows) == ((("FirstName",), ("Region",)), (("Name0", "north"),))


async def test_a_link_to_a_filtered_list_shows_what_fits_when_it_is_opened(place: Place) -> None:
    made = await place.make(scope=Scope(("/FirstName",), filters=(Filter("/Region", Comparing.IS, "south"),)))
    content = {"ID": "EE9", "FirstName": "Late", "Region": "south"}
    await records.create(place.context, by=ANALYST, registry=place.registry, content=content)

    shown = await place.open(made)

    assert shown.rows == (("Name1",), ("Late",))


async def test_only_a_digest_of_the_token_is_kept(place: Place) -> None:
    made = await place.make()

    async with place.context.database.reading() as tx:
        rows = await tx.fetch("SELECT * FROM record_share")
    assert made.token not in str(rows)
    assert re.fullmatch(r"[\w-]{43}", made.token)
    assert "Name0" not in str(rows)


@pytest.mark.requirement("DRS-8", "DRS-37")
async def test_an_opening_is_a_reading_by_the_receiver(place: Place) -> None:
    made = await place.make()
    await place.open(made, by=DOCTOR)

    page = await usage.who_read_my_data(place.context, by=AUDITOR, person_identifier="EE0")

    entry = page.entries[0]
    assert (entry.reader.id, entry.operation, entry.fields) == ("dora", "data-share", ("/FirstName",))
    assert "Sam Sharer" in entry.reason.purpose


@pytest.fixture
async def bound(databases: Databases) -> tuple[Place, ConsentPeer]:
    """The register beside a consent block, in which the first person agrees."""
    bench = await desk(databases, **SETTINGS)
    peer = connected(bench)
    peer.answer("EE0")
    return await stand(bench.context), peer


@pytest.mark.requirement("DRS-8")
async def test_a_link_bound_to_consent_opens_only_while_the_person_agrees(bound: tuple[Place, ConsentPeer]) -> None:
    place, peer = bound
    made = await place.make(consent_reference="record-1@record-1-1")
    shown = await place.open(made, by=DOCTOR)
    page = await usage.who_read_my_data(place.context, by=AUDITOR, person_identifier="EE0")
    peer.answer("EE0", opt_in=False)
    with pytest.raises(NoShare):
        await place.open(made, by=DOCTOR)
    peer.broken = 503
    with pytest.raises(ConsentUnknown):
        await place.open(made, by=DOCTOR)

    assert shown.rows == (("Name0", "north"),)
    assert page.entries[0].reason.consent_reference == "record-1@record-1-1"


@pytest.mark.parametrize("reference", ["consent-7", "record-2", "record-3"])
async def test_a_reference_that_is_no_consent_of_the_person_makes_no_link(
    bound: tuple[Place, ConsentPeer], reference: str
) -> None:
    place, peer = bound
    peer.answer("EE1")
    peer.answer("EE9", opt_in=False)

    with pytest.raises(BadShare) as refused:
        await place.make(consent_reference=reference)

    assert list(refused.value.fields) == ["consentReference"]


@pytest.mark.requirement("DRS-8")
async def test_a_consent_that_a_later_answer_took_the_place_of_makes_no_link(bound: tuple[Place, ConsentPeer]) -> None:
    place, peer = bound
    with clock.fixed(clock.now() + timedelta(seconds=5)):
        peer.answer("EE1", opt_in=False)
    later = peer.records[1]
    later["person"] = "EE0"
    later["said"]["individual"]["externalId"] = "EE0"

    with pytest.raises(BadShare):
        await place.make(consent_reference="record-1")


async def test_the_consent_of_one_person_binds_no_link_to_records_of_two(bound: tuple[Place, ConsentPeer]) -> None:
    place, _peer = bound

    with pytest.raises(BadShare):
        await place.make(scope=Scope(("/FirstName",), tuple(place.uuids)), consent_reference="record-1")


async def test_a_reference_that_nobody_can_check_makes_no_link(place: Place) -> None:
    with pytest.raises(ConsentUnknown):
        await place.make(consent_reference="record-1")


async def test_openings_are_counted_and_told_to_the_creator(place: Place) -> None:
    made = await place.make()
    await place.open(made, by=DOCTOR)

    (share, opened), *_rest = await service.mine(place.context, by=SHARER)

    assert (share.openings, opened[0].receiver, opened[0].mode, opened[0].records) == (1, "dora", "view", 1)
    assert await service.mine(place.context, by=DOCTOR) == []


async def _closed_link(place: Place, why: str) -> tuple[str, Actor]:
    """A token that must not open, and who tries it."""
    if why == "wrong":
        return "A" * 43, VISITOR
    if why == "malformed":
        return "../..", VISITOR
    made = await place.make(
        audience="role:doctor" if why == "role" else "signed-in", openings_max=1 if why == "used" else None
    )
    if why == "revoked":
        await service.revoke(place.context, by=SHARER, share_id=made.share.id)
    if why == "used":
        await place.open(made)
    if why == "right":
        for one in await access.grants(place.context, by=ADMINISTRATOR, code=place.registry.code):
            if one.subject == "role:clerk":
                await access.revoke(place.context, by=ADMINISTRATOR, code=place.registry.code, grant_id=one.id)
    if why == "reading":
        await closed(place.context, place.registry)
    if why == "service":
        await offering.set_state(
            place.context, by=ADMINISTRATOR, code=place.registry.code, version="1.0", name=SHARE.value,
            state=ServiceState.DISABLED,
        )  # fmt: skip
    return made.token, ANONYMOUS if why == "nobody" else VISITOR


CLOSED = ["wrong", "malformed", "role", "revoked", "used", "right", "reading", "service", "nobody"]


@pytest.mark.parametrize("why", CLOSED)
async def test_a_link_that_does_not_open_says_the_same_whatever_the_reason(place: Place, why: str) -> None:
    token, by = await _closed_link(place, why)

    with pytest.raises(NoShare) as refusal:
        await service.open_share(place.context, by=by, token=token, address="192.0.2.1")

    assert (refusal.value.status, refusal.value.detail, refusal.value.fields) == (404, NoShare.title, {})


async def test_a_link_expires(place: Place) -> None:
    made = await place.make(days=2)

    with clock.fixed(clock.now() + timedelta(days=2, seconds=1)), pytest.raises(NoShare):
        await place.open(made)


async def test_a_role_opens_what_is_meant_for_it(place: Place) -> None:
    made = await place.make(audience="role:doctor")

    assert (await place.open(made, by=DOCTOR)).rows == (("Name0", "north"),)


async def test_a_record_that_the_creator_may_no_longer_see_is_gone_from_the_link(place: Place) -> None:
    made = await place.make(scope=Scope(("/FirstName",), tuple(place.uuids)))
    code = place.registry.code
    await closed(place.context, place.registry)
    south = Comparison(("Region",), Operator.EQ, "south")
    await granted(place.context, place.registry, "role:clerk", LIST, condition=south)

    shown = await place.open(made)

    assert (code, shown.rows) == (place.registry.code, (("Name1",),))


async def test_a_field_that_the_creator_may_no_longer_see_is_gone_from_the_link(place: Place) -> None:
    made = await place.make()
    await closed(place.context, place.registry)
    await granted(place.context, place.registry, "role:clerk", LIST, fields=frozenset({"Region"}))

    shown = await place.open(made)

    assert (shown.fields, shown.rows) == ((("Region",),), (("north",),))


async def test_a_role_that_the_creator_lost_opens_nothing(place: Place) -> None:
    made = await place.make()

    await service.mine(place.context, by=replace(SHARER, roles=frozenset()))

    with pytest.raises(NoShare):
        await place.open(made)


@pytest.mark.requirement("DRS-15", "DRS-17")
@pytest.mark.parametrize("name", ["/Note", "/Phone", "/Nothing"])
async def test_secret_and_blinded_fields_are_never_shared(place: Place, name: str) -> None:
    with pytest.raises(BadShare):
        await place.make(by=ANALYST, scope=Scope((name,), (place.uuids[0],)))


@pytest.mark.parametrize(
    ("wish", "part"),
    [
        ({"days": 0}, "days"),
        ({"days": 31}, "days"),
        ({"openings_max": 0}, "openingsMax"),
        ({"audience": "everybody"}, "audience"),
        ({"scope": Scope(())}, "fields"),
        ({"scope": Scope(("/Region",), ("a",) * 101)}, "records"),
        ({"consent_reference": "c" * 201}, "consentReference"),
        ({"audience": "anyone", "open_data": True}, "audience"),
        ({"audience": "anyone", "scope": Scope(("/Region",))}, "openData"),
        ({"scope": Scope(("/Region",), filters=(Filter("/Income", Comparing.IS, "much"),))}, "filters"),
    ],
)
async def test_a_link_that_cannot_be_is_refused(place: Place, wish: dict[str, Any], part: str) -> None:
    with pytest.raises(BadShare) as refusal:
        await place.make(**wish)

    assert part in refusal.value.fields


async def test_a_record_that_the_creator_does_not_see_cannot_be_shared(place: Place) -> None:
    with pytest.raises(NoRecord):
        await place.make(scope=Scope(("/Region",), ("00000000-0000-7000-8000-000000000000",)))


async def test_anyone_opens_what_is_not_personal(place: Place) -> None:
    made = await place.make(audience="anyone", open_data=True, scope=Scope(("/Region",), (place.uuids[0],)))

    shown = await place.open(made, by=ANONYMOUS)

    assert shown.rows == (("north",),)


@pytest.mark.parametrize(
    ("classification", "opens"), [(Classification.OPEN, True), (Classification.CONFIDENTIAL, False)]
)
async def test_what_anyone_may_see_follows_the_classification(
    context: Context, classification: Classification, opens: bool
) -> None:
    fields = (field("Name", personal=True), field("Town"))
    registry = await published(context, fields=fields, classification=classification)
    await shareable(context, registry)
    registry = await _again(context, registry)
    name = "/Name" if opens else "/Town"
    wish = Wish("Open", Scope((name,)), audience="anyone", open_data=True)

    if opens:
        assert (await service.make(context, by=ANALYST, registry=registry, wish=wish)).token
    else:
        with pytest.raises(BadShare):
            await service.make(context, by=ANALYST, registry=registry, wish=wish)


async def test_a_link_for_looking_hands_out_no_copy(place: Place) -> None:
    looking, taking = await place.make(), await place.make(mode=Mode.DOWNLOAD)

    with pytest.raises(ViewOnly):
        await place.open(looking, copy=True)

    assert (await place.open(taking, copy=True)).rows == (("Name0", "north"),)


async def test_nobody_tries_token_after_token(place: Place) -> None:
    with pytest.raises(TooMany):
        for number in range(50):
            with pytest.raises(NoShare):
                await service.look(place.context, by=VISITOR, token=f"{number:043}", address="192.0.2.9")


async def test_a_stranger_neither_sees_nor_withdraws_a_link(place: Place) -> None:
    made = await place.make()

    with pytest.raises(NoShare):
        await service.revoke(place.context, by=VISITOR, share_id=made.share.id)

    assert (await service.revoke(place.context, by=ADMINISTRATOR, share_id=made.share.id)).revoked_at


async def test_the_audit_trail_tells_of_links_without_their_tokens(place: Place) -> None:
    made = await place.make()
    await place.open(made)
    await service.revoke(place.context, by=SHARER, share_id=made.share.id)
    await service.revoke(place.context, by=SHARER, share_id=made.share.id)

    async with place.context.database.reading() as tx:
        entries = await audit.entries(tx, action="registries.share")
    assert [one.action.rpartition(".")[2] for one in entries] == ["revoked", "opened", "made"]
    assert made.token not in str(entries)


async def test_a_grid_with_a_hidden_column_is_not_shared(context: Context) -> None:
    rooms = field("Rooms", FieldType.LIST, fields=(field("Name"), field("Price", FieldType.NUMBER)))
    registry = await published(context, fields=(field("Town"), rooms))
    await shareable(context, registry)
    registry = await _again(context, registry)
    await granted(context, registry, "role:clerk", SHARE, fields=frozenset({"Town", "/Rooms/Name"}))

    with pytest.raises(BadShare):
        await service.make(context, by=SHARER, registry=registry, wish=Wish("Rooms", Scope(("/Rooms",))))


async def test_systems_make_open_and_withdraw_links(
    sqlite_databases: Databases, capfd: pytest.CaptureFixture[str]
) -> None:
    running = await desk(sqlite_databases)
    registry = await published(running.context, fields=(field("Town"),))
    await shareable(running.context, registry)
    await records.create(running.context, by=ANALYST, registry=registry, content={"Town": "Hill"})
    base = "http://govstack.test/api/v1"

    async with analyst(running) as client, running.person("vic") as visitor, running.client() as nobody:
        body = {"title": "Towns", "fields": ["Town"], "mode": "download"}
        made = await client.post(f"{base}/registries/{registry.code}/shares", json=body)
        token = made.json()["url"].rpartition("/")[2]
        opened = await visitor.post(f"{base}/shared/{token}")
        refused = await nobody.post(f"{base}/shared/{token}")
        wrong = await visitor.post(f"{base}/shared/{'A' * 43}")
        listed = (await client.get(f"{base}/shares")).json()["shares"]
        gone = [(await client.delete(f"{base}/shares/{listed[0]['id']}")).status_code for _ in range(2)]
        after = await visitor.post(f"{base}/shared/{token}")

    assert made.status_code == 201
    assert opened.json()["records"] == [{"/Town": "Hill"}]
    assert {name: opened.headers[name] for name in ("cache-control", "referrer-policy", "x-robots-tag")} == {
        "cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex, nofollow",
    }  # fmt: skip
    assert [one.json()["detail"] for one in (refused, wrong, after)] == [wrong.json()["detail"]] * 3
    assert [one.status_code for one in (refused, wrong, after)] == [404, 404, 404]
    assert (listed[0]["openings"], listed[0]["opened"][0]["receiver"], gone) == (1, "vic", [204, 204])
    assert token not in str(listed)
    assert token not in "".join(capfd.readouterr())
