"""Checking badges offline and on pages, certificates of both kinds, and taking everything along."""

from __future__ import annotations

import base64
import copy
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from govstack.kernel import clock
from govstack.kernel.context import Context
from govstack.kernel.crypto import Keyring, from_base64url
from govstack.pillars.learn.learning.achievements.model import picture
from govstack.pillars.learn.learning.badges import service as badges
from govstack.pillars.learn.learning.badges.model import LIST_SIZE, Purpose, did_document
from govstack.pillars.learn.learning.verifying import model
from govstack.pillars.learn.learning.verifying import service as verifying
from govstack.pillars.learn.manifest import FORGETTING, commands
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.response.centres import service as centres
from govstack.pillars.learn.response.centres.model import Centre
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn, page, send
from tests.databases import Databases
from tests.pillars.learn.test_badges import awarded, become, claims, credential, kind

ITIL = {
    "scheme": "ITIL", "title": "ITIL 4 Foundation", "issuer": "PeopleCert", "number": "GR671",
    "issuedOn": "2025-03-01", "expiresOn": "2028-03-01",
}  # fmt: skip
PDF = b"%PDF-1.4 a copy"


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


@pytest.fixture
async def badge(pillar: Learn) -> dict[str, Any]:
    await kind(pillar)
    await civil_servant(pillar.context, "p-1", name="Amina Diallo", contact="amina@example.org")
    return await awarded(pillar)


async def checked(pillar: Learn, text: str, **more: str) -> dict[str, Any]:
    """Have a credential checked as anybody may."""
    async with pillar.nobody() as client:
        answer = await client.post(f"{API}/verify", json={"credential": text, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def kept_files(pillar: Learn, folder: Path) -> tuple[Path, list[Path]]:
    """Keep the keys and the lists of the issuer as files, as a verifier without a network does."""
    async with pillar.nobody() as client:
        keys = (await client.get("/did.json")).content
        lists = [(await client.get(f"{API}/status-lists/0/{one}")).content for one in ("revocation", "suspension")]
    (folder / "keys.json").write_bytes(keys)
    paths = [folder / f"{number}.jwt" for number in range(2)]
    for path, content in zip(paths, lists, strict=True):
        path.write_bytes(content)
    return folder / "keys.json", paths


def offline(folder: Path, token: str, keys: Path, lists: list[Path]) -> tuple[int, str]:
    """Check a credential by the command, from files alone."""
    (folder / "badge.jwt").write_text(token)
    stated = [argument for path in lists for argument in ("--status", str(path))]
    result = CliRunner().invoke(
        commands(), ["verify", str(folder / "badge.jwt"), "--issuer", str(keys), *stated, "--json"]
    )
    return result.exit_code, json.loads(result.output)["verdict"]


def forged(token: str) -> str:
    """Return a token that claims another level and keeps its signature."""
    head, _, signature = token.split(".")
    told = claims(token)
    told["credentialSubject"]["achievement"]["alignment"][0]["targetDescription"] = "Level 5"
    return f"{head}.{base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip('=')}.{signature}"


@pytest.mark.requirement("F30.2")
async def test_offline_each_fault_has_its_own_answer(pillar: Learn, badge: dict[str, Any], tmp_path: Path) -> None:
    token = await credential(pillar, badge["id"])
    keys, fresh = await kept_files(pillar, tmp_path)
    answers = {"sound": offline(tmp_path, token, keys, fresh), "changed": offline(tmp_path, forged(token), keys, fresh)}
    answers["no list"] = offline(tmp_path, token, keys, [])
    with clock.fixed(clock.now() + timedelta(days=30)):
        answers["old list"] = offline(tmp_path, token, keys, fresh)
    await become(pillar, badge["id"], "suspended")
    answers["suspended"] = offline(tmp_path, token, *await kept_files(pillar, tmp_path))
    await become(pillar, badge["id"], "revoked")
    answers["revoked"] = offline(tmp_path, token, *await kept_files(pillar, tmp_path))

    assert answers == {
        "sound": (0, "valid"),
        "changed": (1, "tampered"),
        "no list": (1, "unknown-status"),
        "old list": (1, "unknown-status"),
        "suspended": (1, "suspended"),
        "revoked": (1, "revoked"),
    }


@pytest.mark.requirement("F30.2")
async def test_offline_an_expired_badge_and_an_unknown_issuer_are_told_apart(
    pillar: Learn, badge: dict[str, Any], tmp_path: Path
) -> None:
    token = await credential(pillar, badge["id"])
    with clock.fixed(clock.now() + timedelta(days=800)):
        keys, lists = await kept_files(pillar, tmp_path)
        expired = offline(tmp_path, token, keys, lists)
    document = json.loads(keys.read_bytes())
    stranger = json.loads(json.dumps(document).replace("govstack.test", "elsewhere.test"))
    keys.write_text(json.dumps(stranger))
    unknown = offline(tmp_path, token, keys, lists)

    assert (expired, unknown) == ((1, "expired"), (1, "unknown-issuer"))


async def test_a_token_that_another_key_signed_in_the_issuers_name_is_forged(
    pillar: Learn, badge: dict[str, Any]
) -> None:
    from joserfc import jwt

    from govstack.kernel.crypto import private_jwk

    told = claims(await credential(pillar, badge["id"]))
    kid = badges.did_document(pillar.context)["verificationMethod"][0]["id"]
    foreign = Keyring("another-secret-of-a-forger-0123456789", package="learn").signing_key("badges")
    token = jwt.encode({"alg": "ES256", "kid": kid}, told, private_jwk(foreign), algorithms=["ES256"])

    assert (await checked(pillar, token))["verdict"] == "tampered"


async def test_a_list_that_somebody_else_signed_proves_nothing(pillar: Learn, badge: dict[str, Any]) -> None:
    token = await credential(pillar, badge["id"])
    issuers = model.issuers_of([badges.did_document(pillar.context)])
    lists = {
        url: forged_list
        for url in model.list_urls(token)
        for forged_list in [
            (await badges.status_list(pillar.context, purpose=Purpose.SUSPENSION, number=0))[:-4] + "AAAA"
        ]
    }

    found = model.check(token, issuers=issuers, lists=lists, now=clock.now())

    assert found.verdict is model.Verdict.UNKNOWN_STATUS


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of everything in a document."""
    yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        yield from places(part, (*path, name))


def with_part(document: Any, path: tuple[Any, ...], value: object) -> Any:
    """Return a document in which one part is another one."""
    changed = copy.deepcopy(document)
    part = changed
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = value
    return changed


@pytest.mark.parametrize("strange", [None, True, -1, 1e300, "", "2026-13-45", [], {}, [[]], [{}], {"id": 7}, 10**30])
async def test_whatever_a_known_issuer_signs_gets_an_answer(
    pillar: Learn, badge: dict[str, Any], strange: object
) -> None:
    token = await credential(pillar, badge["id"])
    issuers = model.issuers_of([badges.did_document(pillar.context)])
    lists = {
        url: await badges.status_list(pillar.context, purpose=purpose, number=0)
        for url, purpose in zip(model.list_urls(token), Purpose, strict=True)
    }
    url = next(iter(lists))

    found = set()
    for path in list(places(claims(token)))[1:]:
        changed = badges.signed(pillar.context, with_part(claims(token), path, strange))
        model.list_urls(changed)
        found.add(model.check(changed, issuers=issuers, lists=lists, now=clock.now()).verdict)
    for path in list(places(claims(lists[url])))[1:]:
        changed = badges.signed(pillar.context, with_part(claims(lists[url]), path, strange))
        found.add(model.check(token, issuers=issuers, lists={**lists, url: changed}, now=clock.now()).verdict)

    assert {model.Verdict.UNREADABLE, model.Verdict.UNKNOWN_STATUS} <= found


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "a.b.c",
        "{}",
        "<svg/>",
        "x" * 100,
        '{"id": 7}',
        "e30.e30.e30",
        '{"a":' * 100_000,
        '{"a":[' + "[" * 100_000,
    ],
)
def test_what_is_no_badge_is_unreadable(text: str) -> None:
    try:
        token = model.token_of(text.encode())
    except model.Unreadable:
        return
    assert model.check(token, issuers={}, lists={}, now=clock.now()).verdict is model.Verdict.UNREADABLE


@pytest.mark.requirement("F30.1", "F30.2")
async def test_another_verifier_finds_the_key_the_signature_and_the_states_in_order(
    pillar: Learn, badge: dict[str, Any]
) -> None:
    from openvc import verify_signature
    from openvc.did.did_web import DidWebResolver
    from openvc.status.status_list import check_credential_status

    token = await credential(pillar, badge["id"])
    document = badges.did_document(pillar.context)
    head, body, signature = token.split(".")
    name = json.loads(from_base64url(head))["kid"]
    asked: list[str] = []

    def fetch(url: str) -> dict[str, Any]:
        asked.append(url)
        return document

    method = DidWebResolver(fetch).resolve(document["id"]).key_by_kid(name)
    assert method is not None
    jwk = method.public_key_jwk
    signed = [
        verify_signature(alg="ES256", public_jwk=jwk, signing_input=text.encode(), signature=from_base64url(signature))
        for text in (f"{head}.{body}", f"{head}.{forged(token).split('.')[1]}")
    ]
    states = []
    for state in ("issued", "suspended", "revoked"):
        await become(pillar, badge["id"], state)
        lists = {
            f"{pillar.context.public_url}/api/v1/status-lists/0/{one.value}": claims(
                await badges.status_list(pillar.context, purpose=one, number=0)
            )
            for one in Purpose
        }
        found = check_credential_status(claims(token), resolve_status_list=lists.__getitem__)
        states.append((found.suspended, found.revoked))

    assert asked == ["https://govstack.test/learn/did.json"]
    assert signed == [True, False]
    assert states == [(False, False), (True, False), (False, True)]


@pytest.mark.requirement("F30.1")
async def test_the_library_of_open_badges_accepts_a_badge_with_the_published_key(
    pillar: Learn, badge: dict[str, Any]
) -> None:
    from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier
    from openbadgeslib.ob3.did import pem_for_kid

    token = await credential(pillar, badge["id"])
    document = badges.did_document(pillar.context)
    verifier = OB3Verifier(pem_for_kid(document, document["id"]), issuer_did=document["id"])

    read = verifier.verify(token)

    assert read.achievement.alignments[0].target_code == "D.10"
    with pytest.raises(OB3VerificationError):
        verifier.verify(forged(token))


@pytest.mark.requirement("F19.4")
async def test_whoever_checks_a_badge_is_told_which_public_centre_signed_it(
    pillar: Learn, badge: dict[str, Any]
) -> None:
    token = await credential(pillar, badge["id"])
    coast = Centre(
        id="coast", titles={"en": "Coast centre"}, institution="Academy", issuer=badges.issuer(pillar.context).did
    )
    async with pillar.nobody() as client:

        async def told(text: str) -> bool:
            asked = await page(client, "/verify")
            return "Coast centre" in (await send(client, asked, "/verify", credential=text)).text

        found = [await told(token)]
        for one in (coast, msgspec.structs.replace(coast, public=True)):
            await centres.put(pillar.context, by=OFFICER, centre=one)
            found.append(await told(token))
        found.append(await told(forged(token)))

    assert found == [False, False, True, False]


async def test_badges_of_another_issuer_are_known_by_copies_of_its_keys_and_lists(
    databases: Databases, pillar: Learn, badge: dict[str, Any], tmp_path: Path
) -> None:
    other = Context(
        package="learn", settings=pillar.context.settings.changed(LEARN_ISSUERS_FOLDER=str(tmp_path)),
        database=pillar.context.database, keys=Keyring("the-secret-of-another-country-0123", package="learn"),
        mediation=pillar.context.mediation, public_url="https://other.example",
    )  # fmt: skip
    token = (await credential(pillar, badge["id"])).encode()

    before = await verifying.check(other, content=token)
    await kept_files(pillar, tmp_path)
    (tmp_path / "broken.json").write_text("no JSON")
    known = await verifying.check(other, content=token)
    await become(pillar, badge["id"], "revoked")
    await kept_files(pillar, tmp_path)
    after = await verifying.check(other, content=token)

    assert [one.verdict.value for one in (before, known, after)] == ["unknown-issuer", "valid", "revoked"]


async def test_the_proof_of_the_holder_says_whose_badge_it_is(pillar: Learn, badge: dict[str, Any]) -> None:
    token = await credential(pillar, badge["id"])
    async with pillar.person("amina", person_id="N-p-1") as client:
        proof = (await client.get(f"{API}/badges/{badge['id']}")).json()["proof"]

    answers = [
        (await checked(pillar, token, number=number, proof=given))["belongs"]
        for number, given in (("N-p-1", proof), ("N-p-2", proof), ("N-p-1", "guess"))
    ]

    assert answers == [True, False, False]


async def test_a_badge_is_checked_in_its_picture_too(pillar: Learn, badge: dict[str, Any]) -> None:
    async with pillar.browser(person_id="N-p-1") as browser:
        drawn = (await browser.get(f"/badges/{badge['id']}/picture")).text

    assert (await checked(pillar, drawn))["verdict"] == "valid"


async def test_a_picture_of_nothing_but_tags_is_not_taken_apart(pillar: Learn, badge: dict[str, Any]) -> None:
    async with pillar.browser(person_id="N-p-1") as browser:
        drawn = (await browser.get(f"/badges/{badge['id']}/picture")).content
    crowded = drawn.replace(b"</svg>", b"<g/>" * model.PICTURE_TAGS_MAX + b"</svg>")

    assert model.token_of(drawn)
    with pytest.raises(model.Unreadable):
        model.token_of(crowded)


def test_words_of_a_picture_are_only_words() -> None:
    drawn = picture("<script>alert(1)</script>", '"&', "#0b4a4b")

    assert "<script" not in drawn


def test_a_list_has_the_size_that_the_standard_asks_for() -> None:
    assert LIST_SIZE == 131_072


async def test_a_badge_is_public_when_its_holder_says_so_and_not_before(pillar: Learn, badge: dict[str, Any]) -> None:
    async with pillar.browser(person_id="N-p-1") as browser, pillar.browser(subject="stranger") as stranger:
        async with pillar.person("amina", person_id="N-p-1") as client:
            address = (await client.get(f"{API}/badges/{badge['id']}")).json()["checkUrl"]
        path = address.removeprefix(pillar.context.public_url)
        before = await page(stranger, path)
        shown = await page(browser, f"/badges/{badge['id']}")
        await send(browser, shown, f"/badges/{badge['id']}/public")
        public = await page(stranger, path)
        shown = await page(browser, f"/badges/{badge['id']}")
        await send(browser, shown, f"/badges/{badge['id']}/public")
        after = await page(stranger, path)

    assert ["Amina Diallo" in one for one in (before, public, after)] == [False, True, False]
    assert all("The badge is valid." in one for one in (before, public, after))
    assert "amina@example.org" not in public


async def test_the_code_of_an_erased_persons_badge_leads_nowhere_and_the_copy_is_revoked(
    pillar: Learn, badge: dict[str, Any]
) -> None:
    token = await credential(pillar, badge["id"])
    code = (await badges.register(pillar.context))[0].badge.code
    await people.erase(pillar.context, by=OFFICER, person_id="p-1")
    async with pillar.context.database.transaction() as tx:
        await badges.forget(tx, "p-1")

    async with pillar.browser() as browser:
        await page(browser, f"/verify/{code}", 404)
    assert (await checked(pillar, token))["verdict"] == "revoked"


async def test_anybody_checks_a_badge_on_a_page(pillar: Learn, badge: dict[str, Any]) -> None:
    token = await credential(pillar, badge["id"])
    async with pillar.browser() as browser:
        shown = await page(browser, "/verify")
        pasted = (await send(browser, shown, "/verify", credential=token)).text
        sent = (await send(browser, shown, "/verify", files={"file": ("b.jwt", forged(token), "text/plain")})).text
        nothing = await send(browser, shown, "/verify")

    assert "The badge is valid." in pasted
    assert "its signature does not fit" in sent
    assert nothing.status_code == 400


@pytest.mark.requirement("F30.1")
@pytest.mark.parametrize("language", ["en", "ar"])
async def test_a_certificate_holds_the_name_and_a_code_that_leads_to_the_check(
    pillar: Learn, badge: dict[str, Any], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import segno

    made: list[str] = []
    real = segno.make

    def remembering(content: str, **more: Any) -> Any:
        made.append(content)
        return real(content, **more)

    monkeypatch.setattr(segno, "make", remembering)
    async with pillar.browser(person_id="N-p-1") as browser:
        answer = await browser.get(f"/badges/{badge['id']}/certificate", params={"lang": language})
        code = (await badges.register(pillar.context))[0].badge.code
        checked_page = await page(browser, made[0].removeprefix(pillar.context.public_url))

    assert (answer.headers["content-type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert f"/Lang ({language}" in answer.content.decode("latin-1")
    assert made == [f"{pillar.context.public_url}/verify/{code}"]
    assert "The badge is valid." in checked_page


@pytest.mark.requirement("F30.3")
async def test_a_certificate_from_elsewhere_is_self_declared_until_somebody_else_verifies_it(pillar: Learn) -> None:
    async with pillar.person("amina") as client, pillar.officer("learn:advise") as reviewer:
        given = {**ITIL, "copy": base64.b64encode(PDF).decode()}
        made = (await client.post(f"{API}/me/certificates", json=given)).json()
        waiting = (await reviewer.get(f"{API}/certificates/waiting")).json()["certificates"]
        own = await client.put(f"{API}/certificates/{made['id']}/review", json={"verified": True})
        review = await reviewer.put(
            f"{API}/certificates/{made['id']}/review", json={"verified": True, "reason": "Found in the register"}
        )
        again = await reviewer.put(f"{API}/certificates/{made['id']}/review", json={"verified": False})
        copy = await reviewer.get(f"{API}/certificates/{made['id']}/copy")

    assert (made["state"], made["expiresOn"], made["hasCopy"]) == ("declared", "2028-03-01", True)
    assert [one["id"] for one in waiting] == [made["id"]]
    assert (own.status_code, review.json()["state"], again.status_code) == (403, "verified", 409)
    assert copy.content == PDF


async def test_nobody_reviews_a_certificate_of_their_own(pillar: Learn) -> None:
    async with pillar.officer("learn:advise") as reviewer:
        made = (await reviewer.post(f"{API}/me/certificates", json=ITIL)).json()
        answer = await reviewer.put(f"{API}/certificates/{made['id']}/review", json={"verified": True})

    assert answer.json()["code"] == "own-badge"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"number": ""}, "certificate-without-evidence"),
        ({"copy": base64.b64encode(b"MZ a program").decode()}, "certificate-copy-unfit"),
        ({"issuedOn": "2999-01-01"}, "certificate-dates-wrong"),
        ({"expiresOn": "2025-02-01"}, "certificate-dates-wrong"),
        ({"issuedOn": "2025-02-30"}, "certificate-dates-wrong"),
    ],
)
async def test_a_certificate_needs_evidence_and_days_that_fit(pillar: Learn, change: dict[str, str], code: str) -> None:
    async with pillar.person("amina") as client:
        answer = await client.post(f"{API}/me/certificates", json={**ITIL, **change})

    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_the_same_certificate_twice_is_one(pillar: Learn) -> None:
    async with pillar.person("amina") as client:
        for _ in range(2):
            await client.post(f"{API}/me/certificates", json=ITIL)
        found = (await client.get(f"{API}/me/certificates")).json()["certificates"]

    assert len(found) == 1


async def test_certificates_are_seen_by_their_person_and_reviewers_alone_and_go_with_the_person(pillar: Learn) -> None:
    async with pillar.person("amina") as client, pillar.person("stranger") as stranger:
        me = (await client.get(f"{API}/me")).json()["id"]
        made = (await client.post(f"{API}/me/certificates", json=ITIL)).json()
        path = f"{API}/certificates/{made['id']}"
        refused = [
            (await stranger.get(path)).status_code,
            (await stranger.delete(path)).status_code,
            (await stranger.get(f"{API}/certificates/waiting")).status_code,
        ]
        async with pillar.context.database.transaction() as tx:
            for forget in FORGETTING:
                await forget(tx, me)
        gone = await client.get(path)

    assert (refused, gone.status_code) == ([404, 404, 403], 404)


@pytest.mark.requirement("F30.4")
async def test_a_learner_takes_everything_along_as_one_signed_record(
    pillar: Learn, badge: dict[str, Any], tmp_path: Path
) -> None:
    await kind(pillar, "second")
    second = await awarded(pillar, achievementId="second")
    async with pillar.person("amina", person_id="N-p-1") as client:
        await client.post(f"{API}/me/certificates", json=ITIL)
        record = (await client.get(f"{API}/me/record")).text
    await become(pillar, second["id"], "suspended")

    found = await checked(pillar, record)
    told = claims(record)
    keys, lists = await kept_files(pillar, tmp_path)

    assert told["type"] == ["VerifiableCredential", "ClrCredential"]
    assert told["credentialSubject"]["achievement"][0]["name"] == "ITIL 4 Foundation"
    assert "nobody has checked it" in told["credentialSubject"]["achievement"][0]["description"]
    assert told["credentialSubject"]["identifier"][0]["hashed"] is True
    assert "amina@example.org" not in json.dumps(told)
    # A record that is whole says nothing good of a badge in it that does not count.
    assert found["verdict"] == "parts-not-valid"
    assert sorted(one["verdict"] for one in found["members"]) == ["suspended", "valid"]
    assert offline(tmp_path, record, keys, lists) == (1, "parts-not-valid")


async def test_every_context_that_a_badge_or_a_record_names_is_one_that_the_library_brings(
    pillar: Learn, badge: dict[str, Any]
) -> None:
    from openbadgeslib.ob3.clr import bundled_clr_contexts
    from openbadgeslib.ob3.contexts import document_loader

    token = await credential(pillar, badge["id"])
    async with pillar.person("amina", person_id="N-p-1") as client:
        record = (await client.get(f"{API}/me/record")).text
    status = await badges.status_list(pillar.context, purpose=Purpose.REVOCATION, number=0)
    named = {url for text in (token, record, status) for url in claims(text)["@context"]}

    load = document_loader(extra_contexts=bundled_clr_contexts())
    assert all(load(url, {})["document"]["@context"] for url in named)


@pytest.mark.requirement("F30.4")
async def test_what_nobody_but_the_holder_vouches_for_is_not_signed_and_the_page_says_so(pillar: Learn) -> None:
    async with pillar.person("amina") as client, pillar.browser(subject="amina") as browser:
        await client.post(f"{API}/me/certificates", json=ITIL)
        answer = await client.get(f"{API}/me/record")
        shown = await page(browser, "/record")
        rows = (await client.get(f"{API}/me/record/file", params={"format": "json"})).json()

    assert (answer.status_code, answer.json()["code"]) == (409, "nothing-earned")
    assert "You cannot have a signed record yet." in shown
    assert "/record/signed" not in shown
    assert [(one["title"], one["number"], one["state"]) for one in rows] == [
        (ITIL["title"], ITIL["number"], "declared")
    ]  # fmt: skip


@pytest.mark.requirement("F30.4", "F30.3")
async def test_a_certificate_that_was_verified_is_a_record_that_says_it_was_checked_and_not_who_issued_it(
    pillar: Learn,
) -> None:
    async with pillar.person("amina") as client, pillar.officer("learn:advise") as reviewer:
        made = (await client.post(f"{API}/me/certificates", json=ITIL)).json()
        await client.post(f"{API}/me/certificates", json={**ITIL, "title": "Said alone"})
        await reviewer.put(f"{API}/certificates/{made['id']}/review", json={"verified": True, "reason": "Found"})
        record = (await client.get(f"{API}/me/record")).text
    async with pillar.browser(subject="amina") as browser:
        shown = await page(browser, "/record")

    found, told = await checked(pillar, record), claims(record)["credentialSubject"]
    (member,) = told["verifiableCredential"]
    signed = claims(member["id"].removeprefix("data:application/vc+jwt,"))
    assert found["verdict"] == "valid"
    assert [one["title"] for one in found["members"]] == ["Checked certificate: ITIL 4 Foundation"]
    assert sorted(one["name"] for one in told["achievement"]) == ["ITIL 4 Foundation", "Said alone"]
    assert signed["credentialSubject"]["achievement"]["achievementType"] == "ext:CertificateChecked"
    assert "It did not issue it." in signed["credentialSubject"]["achievement"]["description"]
    proof = re.search(r"Proof.*?>([0-9A-Za-z_-]{16,})<", shown, re.DOTALL)
    assert proof is not None
    belongs = await checked(pillar, member["id"].partition(",")[2], number=made["personId"], proof=proof[1])
    assert belongs["belongs"] is True
    assert "1 certificate that nobody has verified" in shown


async def test_badges_and_certificates_are_taken_out_as_rows(pillar: Learn, badge: dict[str, Any]) -> None:
    import openpyxl

    async with pillar.browser(person_id="N-p-1") as browser:
        async with pillar.person("amina", person_id="N-p-1") as client:
            await client.post(f"{API}/me/certificates", json={**ITIL, "title": "=1+1"})
        files = {one: await browser.get(f"/record/file?format={one}") for one in ("csv", "xlsx", "json")}
        wrong = await browser.get("/record/file?format=exe")

    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"].content)).worksheets[0]
    assert [row["kind"] for row in files["json"].json()] == ["badge", "certificate"]
    assert ",'=1+1," in files["csv"].text
    assert files["json"].json()[0]["evidence"] == "Three data sets on the portal"
    assert "/verify/" in files["json"].json()[0]["check"]
    assert [cell.value for cell in sheet["B"]] == ["title", "Open data", "'=1+1"]
    assert wrong.status_code == 400


async def test_an_administrator_takes_out_the_register(pillar: Learn, badge: dict[str, Any]) -> None:
    async with pillar.officer() as officer, pillar.person("amina") as other:
        answer = await officer.get(f"{API}/badges/file", params={"format": "json"})
        refused = await other.get(f"{API}/badges/file")

    row = answer.json()[0]
    assert (row["title"], row["competency"], row["level"], row["person"]) == ("Open data", "D.10", 3, "Amina Diallo")
    assert refused.status_code == 403


def test_a_did_names_the_address_that_its_document_lies_below() -> None:
    from govstack.pillars.learn.learning.badges.model import Issuer

    assert Issuer("A", "https://learn.gov.example").did == "did:web:learn.gov.example"
    assert Issuer("A", "https://gov.example:8443/learn").did == "did:web:gov.example%3A8443:learn"


async def test_a_badge_is_still_checked_after_the_secret_of_the_country_was_changed(
    databases: Databases, pillar: Learn, badge: dict[str, Any]
) -> None:
    token = await credential(pillar, badge["id"])
    document = badges.did_document(pillar.context)
    newer = Keyring("a-newer-secret-0123456789-0123456789", package="learn", previous="").public_keys("badges")

    both = did_document(badges.issuer(pillar.context), [*newer, *pillar.context.keys.public_keys("badges")])
    found = model.check(token, issuers=model.issuers_of([both]), lists={}, now=clock.now().astimezone(UTC))

    assert document["id"] == both["id"]
    assert found.verdict is model.Verdict.UNKNOWN_STATUS
