"""Linked authorisation as published clients use it, to the letter."""

from __future__ import annotations

from datetime import timedelta

import pytest

from govstack.kernel import clock
from tests.builders.linking import BASE, CODE, FORGERY, PERSON, PIN, PIN_PERSON, Caller, published, refused
from tests.builders.running import Bench
from tests.databases import Databases

OPERATIONS = {
    "link-code": {"transactionId": "transactionId01"},
    "link-status": {"transactionId": "transactionId01", "linkCode": "x"},
    "link-auth-code": {"transactionId": "transactionId01", "linkedCode": "x"},
    "link-transaction": {"linkCode": "x"},
    "authenticate": {"linkedTransactionId": "x", "individualId": PERSON, "challengeList": [CODE]},
    "consent": {"linkedTransactionId": "x"},
}


@pytest.fixture
async def block(databases: Databases) -> Bench:
    return await published(databases)


@pytest.fixture
def caller(block: Bench, monkeypatch: pytest.MonkeyPatch) -> Caller:
    # What a poll waits for comes before it ends, or never: tests need not sit through the longest wait.
    monkeypatch.setattr("govstack.blocks.identity.linking.model.POLL_SECONDS", 0.05)
    return Caller(block.client())


@pytest.mark.requirement("IDN-D1", "IDN-D2", "IDN-D16", "IDN-D20")
async def test_a_link_code_echoes_its_sign_in_and_ends_within_thirty_seconds(caller: Caller) -> None:
    answer = await caller.code("transactionId01")

    response = answer["response"]
    assert answer["errors"] == []
    assert response["transactionId"] == "transactionId01"
    left = clock.parse(response["expireDateTime"]) - clock.now()
    assert timedelta(seconds=15) < left <= timedelta(seconds=30)


@pytest.mark.requirement("IDN-D3", "IDN-D4", "IDN-D16")
@pytest.mark.parametrize("unknown", ["random-transaction-id", "", "invalid_transaction_id", "transaction_id_004"])
async def test_a_sign_in_that_is_unknown_gets_no_link_code(caller: Caller, unknown: str) -> None:
    answer = await caller.code(unknown)

    assert refused(answer) == "invalid_transaction_id"
    assert answer["response"] == {}


@pytest.mark.requirement("IDN-D7", "IDN-D4")
@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("time", [None, "2011-10-05", "", "yesterday", "2011-13-05T14:48:00.000Z"])
async def test_a_moment_that_is_none_is_refused_first(caller: Caller, operation: str, time: str | None) -> None:
    body = {"requestTime": time, "request": OPERATIONS[operation]}
    answer = await caller.client.post(f"{BASE}/{operation}", json=body, headers=FORGERY)

    assert answer.status_code == 200
    assert refused(answer.json()) == "invalid_request"
    assert answer.json().get("response") == (
        {} if operation in {"link-code", "link-status", "link-transaction"} else None
    )


@pytest.mark.requirement("IDN-D7")
@pytest.mark.parametrize("operation", OPERATIONS)
async def test_a_moment_that_is_missing_is_refused_too(caller: Caller, operation: str) -> None:
    body = {"request": OPERATIONS[operation]}
    answer = await caller.client.post(f"{BASE}/{operation}", json=body, headers=FORGERY)

    assert (answer.status_code, refused(answer.json())) == (200, "invalid_request")


@pytest.mark.requirement("IDN-D17")
@pytest.mark.parametrize("operation", ["link-code", "link-status", "link-auth-code"])
@pytest.mark.parametrize(
    ("cookie", "header", "status"),
    [
        ("X-XSRF-TOKEN", "X-XSRF-TOKEN", 200), ("", "X-XSRF-TOKEN", 200), ("another", "X-XSRF-TOKEN", 403),
        ("X-XSRF-TOKEN", "another", 403), ("X-XSRF-TOKEN", "", 403), ("", "", 403),
    ],
)  # fmt: skip
async def test_cookie_and_header_against_forgery_must_agree(
    caller: Caller, operation: str, cookie: str, header: str, status: int
) -> None:
    headers = {**({"cookie": f"XSRF-TOKEN={cookie}"} if cookie else {}), **({"X-XSRF-TOKEN": header} if header else {})}
    answer = await caller.send(f"{BASE}/{operation}", OPERATIONS[operation], **headers)

    assert answer.status_code == status
    assert len(answer.json()["errors"]) == (1 if status == 403 or operation != "link-code" else 0)


@pytest.mark.requirement("IDN-D18", "IDN-D8", "IDN-D5")
async def test_before_a_wallet_has_linked_the_status_says_nothing_of_it(caller: Caller) -> None:
    code = (await caller.code("transactionId01"))["response"]["linkCode"]

    answer = await caller.status("transactionId01", code)

    assert answer["errors"] == []
    assert answer["response"] == {"transactionId": "transactionId01"}
    assert answer["responseTime"] == answer["responseTIme"]


@pytest.mark.requirement("IDN-D18", "IDN-D8")
async def test_after_a_wallet_has_linked_the_status_says_since_when(caller: Caller) -> None:
    code, _ = await caller.linked("transactionId01")

    answer = await caller.status("transactionId01", code)

    response = answer["response"]
    assert (response["transactionId"], response["linkStatus"]) == ("transactionId01", "LINKED")
    assert isinstance(response["linkedDateTime"], str)
    assert abs(int(response["linkedDateTime"]) / 1000 - clock.now().timestamp()) < 60


@pytest.mark.requirement("IDN-D18", "IDN-D8", "IDN-D4")
async def test_the_status_looks_at_the_sign_in_before_the_code(caller: Caller) -> None:
    code = (await caller.code("transactionId01"))["response"]["linkCode"]

    for unknown in ("", "random-transaction-id"):
        for some_code in (code, "invalid_link_code"):
            answer = await caller.status(unknown, some_code)
            assert refused(answer) == "invalid_transaction_id"
            assert (answer["response"], "responseTIme" in answer) == ({}, True)
    for wrong in ("", "invalid_link_code", "invalid_linked_code"):
        assert refused(await caller.status("transactionId01", wrong)) == "invalid_link_code"
    assert refused(await caller.status("transactionId02", code)) == "invalid_link_code"


@pytest.mark.requirement("IDN-D19", "IDN-D1a")
async def test_a_wallet_that_links_twice_gets_the_same_answer(caller: Caller) -> None:
    code = (await caller.code("transactionId02"))["response"]["linkCode"]

    first, second = [await caller.link(code) for _ in range(2)]

    assert first["errors"] == second["errors"] == []
    assert first["response"] == second["response"]
    response = first["response"]
    assert response["clientName"] == "Published records"
    assert response["authorizeScopes"] == ["openid"]
    assert (response["essentialClaims"], response["voluntaryClaims"]) == ([], ["given_name"])
    assert [[one["type"] for one in group] for group in response["authFactors"]] == [["PIN"], ["OTP"], ["Wallet"]]
    assert response["configs"] == {}


@pytest.mark.requirement("IDN-D19", "IDN-D4")
@pytest.mark.parametrize("code", ["", "invalid_link_code", "linkedCode01", "x" * 5_000])
async def test_a_code_that_is_unknown_links_nothing(caller: Caller, code: str) -> None:
    answer = await caller.link(code)

    assert refused(answer) == "invalid_link_code"
    assert answer["response"] == {}


@pytest.mark.requirement("IDN-D20", "IDN-D19", "IDN-D18", "IDN-D23")
async def test_a_code_that_nobody_used_in_time_is_worth_nothing(caller: Caller) -> None:
    code = (await caller.code("transactionIdToBeExpired"))["response"]["linkCode"]

    with clock.fixed(clock.now() + timedelta(seconds=30)):
        answers = [
            await caller.link(code),
            await caller.status("transactionIdToBeExpired", code),
            await caller.finish("transactionIdToBeExpired", code),
        ]

    assert [refused(answer) for answer in answers] == ["invalid_link_code"] * 3


@pytest.mark.requirement("IDN-D21")
@pytest.mark.parametrize(
    ("individual", "challenge"),
    [
        (PERSON, CODE), (PIN_PERSON, PIN),
        (PERSON, {"authFactorType": "OTP", "challenge": "string", "format": "encoded-json"}),
        ("n3fy2qkg9r7h3", {"authFactorType": "OTP", "challenge": "challenge2", "format": "jwt"}),
        ("n3fy2qkg9r7h4", {"authFactorType": "OTP", "challenge": "challenge3", "format": "encoded-json"}),
        ("n3fy2qkg9r7h5", {"authFactorType": "OTP", "challenge": "challenge4", "format": "number"}),
    ],
)  # fmt: skip
async def test_each_published_person_proves_to_be_there(
    caller: Caller, individual: str, challenge: dict[str, str]
) -> None:
    _, linked_id = await caller.linked("transactionId03")

    answer = await caller.authenticate(linked_id, individual, [challenge])

    assert answer["errors"] == []
    assert answer["response"] == {"linkedTransactionId": linked_id, "linkTransactionId": linked_id}


@pytest.mark.requirement("IDN-D21")
async def test_authentication_looks_at_person_challenges_sign_in_and_proof_in_this_order(caller: Caller) -> None:
    _, linked_id = await caller.linked("transactionId01")
    wrong = [{**PIN, "challenge": "9999", "format": "number"}]

    for unknown in ("invalid_linked_transaction_id", "invalid_transaction_id", "", linked_id):
        assert refused(await caller.authenticate(unknown, None, [])) == "invalid_identifier"
        assert refused(await caller.authenticate(unknown, PIN_PERSON, [])) == "invalid_no_of_challenges"
    for unknown in ("invalid_linked_transaction_id", "invalid_transaction_id", ""):
        assert refused(await caller.authenticate(unknown, PIN_PERSON, wrong)) == "invalid_transaction_id"
    for _ in range(3):
        assert refused(await caller.authenticate(linked_id, PIN_PERSON, wrong)) == "auth_failed"
    assert refused(await caller.authenticate(linked_id, "nobody-at-all", [PIN])) == "auth_failed"
    assert (await caller.authenticate(linked_id, PIN_PERSON, [PIN]))["errors"] == []
    assert refused(await caller.authenticate(linked_id, PIN_PERSON, [PIN])) == "invalid_transaction_id"


@pytest.mark.requirement("IDN-D22")
async def test_consent_is_taken_before_authentication_without_lists_and_from_single_texts(caller: Caller) -> None:
    _, linked_id = await caller.linked("transactionId01")
    answers = [
        await caller.consent(linked_id),
        await caller.consent(linked_id, permittedAuthorizeScopes="openid", acceptedClaims="given_name"),
        await caller.consent(linked_id, permittedAuthorizeScopes=["openid"], acceptedClaims=["given_name"]),
        await caller.consent(linked_id, permittedAuthorizeScopes=["openid"], acceptedClaims=["given_name"]),
    ]

    assert [answer["errors"] for answer in answers] == [[], [], [], []]
    assert {answer["response"]["linkedTransactionId"] for answer in answers} == {linked_id}
    assert refused(await caller.consent("invalid_linked_transaction_id")) == "invalid_transaction_id"


@pytest.mark.requirement("IDN-D22", "IDN-09", "IDN-54")
async def test_nothing_can_be_allowed_that_nobody_has_asked_for(caller: Caller) -> None:
    _, linked_id = await caller.linked("transactionId01")

    assert refused(await caller.consent(linked_id, acceptedClaims=["email"])) == "invalid_accepted_claim"
    assert refused(await caller.consent(linked_id, permittedAuthorizeScopes=["phone"])) == "invalid_permitted_scope"


@pytest.mark.requirement("IDN-D23", "IDN-D4")
async def test_the_authorisation_code_looks_at_code_then_sign_in_then_pair(caller: Caller) -> None:
    code, _ = await caller.confirmed("transactionId01")
    answers = {
        "both": await caller.finish("random-transaction-id", "invalid_link_code"),
        "code": await caller.finish("transactionId01", "invalid_link_code"),
        "blank": await caller.finish("transactionId01", ""),
        "sign-in": await caller.finish("random-transaction-id", code),
        "pair": await caller.finish("transactionId02", code),
    }

    assert {name: refused(answer) for name, answer in answers.items()} == {
        "both": "invalid_link_code", "code": "invalid_link_code", "blank": "invalid_link_code",
        "sign-in": "invalid_transaction_id", "pair": "invalid_link_code",
    }  # fmt: skip
    assert not any("response" in answer for answer in answers.values())


@pytest.mark.requirement("IDN-D23", "IDN-N5")
@pytest.mark.parametrize("step", ["nothing", "linked", "consent", "authentication"])
async def test_there_is_no_authorisation_code_before_the_person_is_known_and_has_allowed(
    caller: Caller, step: str
) -> None:
    code = (await caller.code("transactionId04"))["response"]["linkCode"]
    linked_id = "" if step == "nothing" else (await caller.link(code))["response"]["linkTransactionId"]
    if step == "consent":
        await caller.consent(linked_id, acceptedClaims=["given_name"])
    if step == "authentication":
        assert (await caller.authenticate(linked_id))["errors"] == []

    answer = await caller.finish("transactionId04", code)

    assert refused(answer) == "response_timeout"
    assert "response" not in answer


@pytest.mark.requirement("IDN-D23", "IDN-D24", "IDN-D1a")
async def test_a_finished_link_answers_again_for_a_reusable_sign_in(caller: Caller) -> None:
    code, _ = await caller.confirmed("transactionId01")

    first, second = [await caller.finish("transactionId01", code) for _ in range(2)]

    for answer in (first, second):
        assert answer["errors"] == []
        assert {name: type(value) for name, value in answer["response"].items()} == dict.fromkeys(
            ("code", "redirectUri", "state", "nonce"), str
        )
        assert answer["response"]["redirectUri"] == "https://relying-party.example/callback"
    again, _ = await caller.confirmed("transactionId01")
    assert (await caller.finish("transactionId01", again))["errors"] == []


@pytest.mark.requirement("IDN-D24", "IDN-D23")
async def test_a_finished_link_of_any_other_sign_in_answers_once(caller: Caller) -> None:
    code, _ = await caller.confirmed("transaction_id_003")

    first = await caller.finish("transaction_id_003", code)
    second = await caller.finish("transaction_id_003", code)

    assert first["errors"] == []
    assert refused(second) == "invalid_transaction_id"
    assert "response" not in second
    assert refused(await caller.code("transaction_id_003")) == "invalid_transaction_id"


@pytest.mark.requirement("IDN-D5")
async def test_a_poll_ends_well_within_five_seconds(block: Bench) -> None:
    from govstack.blocks.identity.linking import model

    caller = Caller(block.client())
    code = (await caller.code("transactionId01"))["response"]["linkCode"]
    started = clock.monotonic()
    await caller.status("transactionId01", code)
    taken = clock.monotonic() - started

    assert model.POLL_SECONDS <= taken < 4.9
