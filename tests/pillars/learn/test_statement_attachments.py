"""Files that come with statements, and signatures among them (xAPI 1.0.3, parts two and three)."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import timedelta
from email import message_from_bytes
from email.policy import HTTP
from functools import cache
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from joserfc import jws
from joserfc.jwk import OctKey, RSAKey

from govstack.kernel import clock, ids
from govstack.kernel.actor import SYSTEM
from govstack.pillars.learn.learning.attachments import model as attachments
from govstack.pillars.learn.learning.attachments.model import SIGNATURE, Held, fitting
from govstack.pillars.learn.learning.attachments.service import BYTES_SETTING
from govstack.pillars.learn.learning.statements import service
from tests.builders.learning import Learn, learn
from tests.databases import Databases
from tests.pillars.learn.test_statements import XAPI, found, granted, statement, system

ESSAY = b"My essay\r\n--not-a-boundary\r\n\x00\xff\xfe"
PHOTO = bytes(range(256)) * 4
pytestmark = pytest.mark.requirement("F31.1")


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


def sha2(content: bytes, name: str = "sha256") -> str:
    """Return the hash of a file."""
    return hashlib.new(name, content).hexdigest()


def attached(content: bytes, hashed: str = "sha256", **more: Any) -> dict[str, Any]:
    """Return what a statement says of a file."""
    told = {
        "usageType": "https://a.example/essay", "display": {"en": "Essay"}, "contentType": "text/plain",
        "length": len(content), "sha2": sha2(content, hashed),
    }  # fmt: skip
    return {**told, **more}


def part(content: bytes, hashed: str = "sha256", **headers: str) -> tuple[dict[str, str], bytes]:
    """Return a part with a file."""
    told = {
        "Content-Type": "text/plain", "Content-Transfer-Encoding": "binary",
        "X-Experience-API-Hash": sha2(content, hashed),
    }  # fmt: skip
    return {
        name: one for name, one in {**told, **{k.replace("_", "-"): v for k, v in headers.items()}}.items() if one
    }, (content)


def mixed(body: object, *parts: tuple[dict[str, str], bytes], first: str = "application/json") -> bytes:
    """Return a body of several parts."""
    pieces: list[bytes] = []
    for headers, content in (({"Content-Type": first}, json.dumps(body).encode()), *parts):
        lines = "".join(f"{name}:{value}\r\n" for name, value in headers.items())
        pieces.append(b"--edge\r\n" + lines.encode() + b"\r\n" + content + b"\r\n")
    return b"".join(pieces) + b"--edge--\r\n"


async def send(
    client: httpx.AsyncClient, body: bytes, media: str = "multipart/mixed; boundary=edge", **query: str
) -> httpx.Response:
    """Store statements with their files, one under its id where that is named."""
    method = "PUT" if query else "POST"
    headers = {"content-type": media}
    return await client.request(method, f"{XAPI}/statements", params=query, content=body, headers=headers)


def parts_of(answer: httpx.Response) -> list[tuple[dict[str, str], bytes]]:
    """Return the parts of an answer as another reader of such answers finds them."""
    whole = message_from_bytes(
        b"Content-Type: " + answer.headers["content-type"].encode() + b"\r\n\r\n" + answer.content, policy=HTTP
    )  # fmt: skip
    assert not whole.defects
    assert whole.get_content_type() == "multipart/mixed"
    return [
        ({name.lower(): str(value) for name, value in one.items()}, bytes(one.get_payload(decode=True)))
        for one in whole.iter_parts()
    ]


async def test_files_come_with_statements_and_are_given_back_each_once(pillar: Learn) -> None:
    one, two = ids.new_id(), ids.new_id()
    both = [
        statement(id=one, attachments=[attached(ESSAY), attached(PHOTO, "sha512", contentType="image/png")]),
        statement("bo", id=two, attachments=[attached(ESSAY), attached(b"x", fileUrl="https://a.example/x")]),
    ]
    async with system(pillar) as client:
        kept = await send(client, mixed(both, part(ESSAY), part(PHOTO, "sha512")))
        several = await client.get(f"{XAPI}/statements", params={"attachments": "true", "ascending": "true"})
        single = await client.get(f"{XAPI}/statements", params={"attachments": "true", "statementId": two})
        plain = await client.get(f"{XAPI}/statements", params={"attachments": "false", "statementId": one})

    assert (kept.status_code, kept.json()) == (200, [one, two]), kept.text
    first, *files = parts_of(several)
    assert first[0]["content-type"] == "application/json"
    assert [each["id"] for each in json.loads(first[1])["statements"]] == [one, two]
    assert [(headers["x-experience-api-hash"], content) for headers, content in files] == [
        (sha2(ESSAY), ESSAY), (sha2(PHOTO, "sha512"), PHOTO),
    ]  # fmt: skip
    assert {headers["content-transfer-encoding"] for headers, _ in files} == {"binary"}
    assert [headers["content-type"] for headers, _ in files] == ["text/plain", "image/png"]
    assert [content for _, content in parts_of(single)[1:]] == [ESSAY]
    assert "last-modified" in single.headers
    assert (plain.headers["content-type"].partition(";")[0], plain.json()["id"]) == ("application/json", one)


@pytest.mark.parametrize("hashed", ["sha224", "sha256", "sha384", "sha512"])
async def test_a_file_is_stored_under_an_id_by_any_sha_2(sqlite_databases: Databases, hashed: str) -> None:
    pillar = await learn(sqlite_databases)
    id_ = ids.new_id()
    told = attached(ESSAY, hashed)
    sent = statement(attachments=[{**told, "sha2": told["sha2"].upper()}])
    async with system(pillar) as client:
        put = await send(client, mixed(sent, part(ESSAY, hashed)), statementId=id_)
        again = await send(client, mixed(sent, part(ESSAY, hashed)), statementId=id_)
        got = await client.get(f"{XAPI}/statements", params={"attachments": "true", "statementId": id_})

    assert (put.status_code, again.status_code) == (204, 204), put.text
    assert [content for _, content in parts_of(got)[1:]] == [ESSAY]


async def test_a_statement_within_a_statement_brings_its_file(pillar: Learn) -> None:
    within = {**statement("bo", attachments=[attached(ESSAY)]), "objectType": "SubStatement"}
    async with system(pillar) as client:
        kept = await send(client, mixed(statement(object=within), part(ESSAY)))
        got = await client.get(f"{XAPI}/statements", params={"attachments": "true", "statementId": kept.json()[0]})

    assert [content for _, content in parts_of(got)[1:]] == [ESSAY]


GOOD = statement(attachments=[attached(ESSAY)])
REFUSED: dict[str, tuple[bytes, str]] = {
    name: (body, "multipart/mixed; boundary=edge")
    for name, body in {
        "a file that is not there": mixed(GOOD),
        "a file that nobody names": mixed(statement(), part(ESSAY)),
        "a hash of something else": mixed(GOOD, part(ESSAY + b".", X_Experience_API_Hash=sha2(ESSAY))),
        "a part without its hash": mixed(GOOD, part(ESSAY, X_Experience_API_Hash="")),
        "a hash of no length": mixed(GOOD, part(ESSAY, X_Experience_API_Hash="abc")),
        "a part that does not say binary": mixed(GOOD, part(ESSAY, Content_Transfer_Encoding="")),
        "a part in base64": mixed(GOOD, part(ESSAY, Content_Transfer_Encoding="base64")),
        "a first part that is no JSON": mixed(GOOD, part(ESSAY), first="text/plain"),
        "files before statements": mixed(GOOD, part(ESSAY)).replace(b"application/json", b"text/plain", 1),
        "a body that is cut off": mixed(GOOD, part(ESSAY))[:-12],
        "a body without parts": b"--edge--\r\n",
        "nothing": b"",
        "another boundary": mixed(GOOD, part(ESSAY)).replace(b"--edge", b"--other"),
        "a statement with a mistake": mixed({**GOOD, "verb": {}}, part(ESSAY)),
        "a name twice": mixed(GOOD, part(ESSAY)).replace(b'{"actor"', b'{"actor": {}, "actor"', 1),
        "too many parts": mixed(GOOD, *[part(ESSAY)] * (attachments.PARTS_MAX + 1)),
    }.items()
} | {
    "no boundary": (mixed(GOOD, part(ESSAY)), "multipart/mixed"),
    "a form": (mixed(GOOD, part(ESSAY)), "multipart/form-data; boundary=edge"),
    "a long boundary": (mixed(GOOD, part(ESSAY)), f"multipart/mixed; boundary={'e' * 5_000}"),
}  # fmt: skip


async def test_what_does_not_fit_together_is_refused_whole(sqlite_databases: Databases) -> None:
    pillar = await learn(sqlite_databases)
    async with system(pillar) as client:
        for what, (body, media) in REFUSED.items():
            answer = await send(client, body, media)

            assert answer.status_code == 400, (what, answer.text)
        assert await found(client) == []


async def test_what_stands_before_the_first_boundary_and_in_quotes_is_read_as_mime_says(pillar: Learn) -> None:
    async with system(pillar) as client:
        before = await send(client, b"for readers without MIME\r\n" + mixed(GOOD, part(ESSAY)))
        quoted = await send(client, mixed(GOOD, part(ESSAY)), 'Multipart/Mixed; charset=utf-8; boundary="edge"')

    assert (before.status_code, quoted.status_code) == (200, 200), before.text


async def test_files_and_statements_have_a_size(sqlite_databases: Databases) -> None:
    pillar = await learn(sqlite_databases, **{BYTES_SETTING: "100"})
    async with system(pillar) as client:
        small = await send(client, mixed(GOOD, part(ESSAY)))
        large = await send(client, mixed(statement(attachments=[attached(PHOTO)]), part(PHOTO)))
        wordy = await client.post(
            f"{XAPI}/statements", content=b" " * 5_000_001, headers={"content-type": "application/json"}
        )  # fmt: skip

    assert [answer.status_code for answer in (small, large, wordy)] == [200, 413, 413]


def test_an_answer_carries_as_many_files_as_fit_and_one_statement_at_least() -> None:
    half = attachments.ANSWERED_BYTES_MAX // 2
    held = [Held(1, "a", half), Held(2, "a", half), Held(3, "b", half), Held(4, "c", 1), Held(5, "d", 3 * half)]

    assert fitting([1, 2, 3, 4, 5], held) == 3
    assert (fitting([4, 5], held), fitting([5, 4], held), fitting([], held)) == (1, 1, 0)


async def test_more_leads_on_where_files_do_not_fit(pillar: Learn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "ANSWERED_BYTES_MAX", len(ESSAY))
    async with system(pillar) as client:
        for content in (ESSAY, PHOTO):
            await send(client, mixed(statement(attachments=[attached(content)]), part(content)))
        newest = await client.get(f"{XAPI}/statements", params={"attachments": "true"})
        more = json.loads(parts_of(newest)[0][1])["more"]
        oldest = await client.get(more)

    assert [content for _, content in parts_of(newest)[1:]] == [PHOTO]
    assert [content for _, content in parts_of(oldest)[1:]] == [ESSAY]
    assert json.loads(parts_of(oldest)[0][1])["more"] == ""


async def test_files_are_sealed_and_go_with_the_statements_of_whoever_is_erased(pillar: Learn) -> None:
    own = {"account": {"homePage": pillar.context.public_url, "name": "p-1"}}
    mine = statement(actor=own, attachments=[attached(PHOTO), attached(ESSAY)])
    theirs = statement("bo", attachments=[attached(ESSAY)])
    async with system(pillar) as client:
        await send(client, mixed([mine, theirs], part(PHOTO), part(ESSAY)))
        before = await _kept(pillar)
        await service.forget(pillar.context, by=SYSTEM, learner_id="p-1")
        after = await _kept(pillar)
        shown = await client.get(f"{XAPI}/statements", params={"attachments": "true"})
        with clock.fixed(clock.now() + timedelta(days=9)):
            await service.expire(pillar.context, by=SYSTEM, before=clock.now() - timedelta(days=8))

    assert (len(before), len(after)) == (2, 1)
    assert not any(PHOTO[:64] in content or b"My essay" in content for content in before)
    assert [content for _, content in parts_of(shown)[1:]] == [ESSAY]
    assert await _kept(pillar) == []


async def _kept(pillar: Learn) -> list[bytes]:
    async with pillar.context.database.reading() as tx:
        return [bytes(row["content"]) for row in await tx.fetch("SELECT content FROM attachment_content")]


async def test_a_launched_course_sends_files_of_its_own_learner_alone(pillar: Learn) -> None:
    own = {"account": {"homePage": pillar.context.public_url, "name": "p-1"}}
    within = {"registration": "0190aaaa-aaaa-7aaa-8aaa-aaaaaaaaaaaa"}
    async with await granted(pillar) as course:
        mine = await send(
            course, mixed(statement(actor=own, context=within, attachments=[attached(ESSAY)]), part(ESSAY))
        )  # fmt: skip
        other = await send(course, mixed(statement(context=within, attachments=[attached(ESSAY)]), part(ESSAY)))

    assert (mine.status_code, other.status_code) == (200, 403)
    assert len(await _kept(pillar)) == 1


@cache
def keys(owner: str = "author") -> tuple[RSAKey, str]:
    """Return a key and its certificate."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, owner)])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(clock.now()).not_valid_after(clock.now() + timedelta(days=1)).sign(key, hashes.SHA256())
    )  # fmt: skip
    return RSAKey.import_key(key), base64.b64encode(made.public_bytes(Encoding.DER)).decode()


def signed(
    told: dict[str, Any], *, algorithm: str = "RS256", certificate: str = "", media: str = "application/octet-stream",
    **changed: Any,
) -> bytes:  # fmt: skip
    """Return a statement with its signature, as it is sent; `changed` is what became other after signing."""
    header = {"alg": algorithm, **({"x5c": [certificate]} if certificate else {})}
    key = OctKey.import_key("a secret of sufficient length 123") if algorithm == "HS256" else keys()[0]
    made = jws.serialize_compact(header, json.dumps(told).encode(), key, algorithms=[algorithm]).encode()
    whole = {**told, **changed, "attachments": [attached(made, usageType=SIGNATURE, contentType=media)]}
    return mixed(whole, part(made, Content_Type="application/octet-stream"))


def whole(**more: Any) -> dict[str, Any]:
    """Return a statement that may be signed."""
    return statement(id=ids.new_id(), timestamp="2026-01-01T10:00:00Z", **more)


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
async def test_a_signed_statement_is_stored(sqlite_databases: Databases, algorithm: str) -> None:
    pillar = await learn(sqlite_databases)
    loose = {"contextActivities": {"parent": {"id": "https://a.example/p"}}}
    async with system(pillar) as client:
        answers = [
            await send(client, signed(whole(), algorithm=algorithm)),
            await send(client, signed(whole(), algorithm=algorithm, certificate=keys()[1])),
            await send(client, signed(whole(context=loose))),
            await send(client, signed(whole(), timestamp="2026-01-01T11:00:00+01:00")),
        ]

    assert [answer.status_code for answer in answers] == [200] * 4, answers[0].text


async def test_a_signature_that_does_not_hold_is_refused(sqlite_databases: Databases) -> None:
    pillar = await learn(sqlite_databases)
    nothing = statement(attachments=[attached(b"a.b.c", usageType=SIGNATURE, contentType="application/octet-stream")])
    elsewhere = statement(
        attachments=[
            attached(b"x", usageType=SIGNATURE, contentType="application/octet-stream", fileUrl="https://a.example/x")
        ]
    )
    refused = {
        "of another statement": signed(whole(), result={"success": True}),
        "of another id": signed(whole(), id=ids.new_id()),
        "of another moment": signed(whole(), timestamp="2026-01-01T10:00:01Z"),
        "by a shared secret": signed(whole(), algorithm="HS256"),
        "by another key than its certificate's": signed(whole(), certificate=keys("other")[1]),
        "with a certificate that is none": signed(whole(), certificate="AAAA"),
        "of another type": signed(whole(), media="text/plain"),
        "of no statement": signed({**whole(), "verb": {}}, verb={"id": "https://a.example/v"}),
        "that is none": mixed(nothing, part(b"a.b.c")),
        "that is elsewhere": mixed(elsewhere),
    }
    async with system(pillar) as client:
        for what, body in refused.items():
            answer = await send(client, body)

            assert (answer.status_code, answer.json()["code"]) == (400, "not-a-statement"), what
