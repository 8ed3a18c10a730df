"""Signing in: what may be asked for, who is there, what they allow, and where it leads."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest

from govstack.blocks.identity.browsers import service as browsers
from govstack.blocks.identity.clients import service as clients
from govstack.blocks.identity.factors import service as factors
from govstack.blocks.identity.lockouts.model import TRIES_MAX
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.transactions import service as transactions
from govstack.kernel import clock
from govstack.kernel.actor import SYSTEM
from tests.builders.sign_in import (
    ALIAS,
    CALLBACK,
    OWN,
    PARTY,
    PARTY_CALLBACK,
    SECRET,
    Provider,
    back,
    code_of,
    hidden,
    provider,
    registration,
)
from tests.databases import Databases
from tests.page_lint import lint


@pytest.fixture
async def issuer(databases: Databases) -> Provider:
    return await provider(databases)


@pytest.fixture
async def national(databases: Databases) -> Provider:
    """A provider that is no sandbox: people say their own number, and codes are sent."""
    return await provider(databases, PROFILE="conformance")


@pytest.mark.requirement("ISS-3", "X049", "X059")
async def test_nothing_but_code_state_and_issuer_comes_back_in_the_address(issuer: Provider) -> None:
    answer = await issuer.sign_in(issuer.client(), issuer.own())

    assert answer.headers["location"].startswith(f"{CALLBACK}?")
    assert set(back(answer)) == {"code", "state", "iss"}
    assert (back(answer)["state"], back(answer)["iss"]) == ("s-1", issuer.url)


@pytest.mark.requirement("IDN-D15", "IDN-N5", "ISS-4")
@pytest.mark.parametrize(
    "wrong",
    [
        {"redirect_uri": "http://example-redirect.com"},
        {"redirect_uri": f"{PARTY_CALLBACK}/"},
        {"redirect_uri": f"{PARTY_CALLBACK}?x=1"},
        {"redirect_uri": ""},
        {"redirect_uri": CALLBACK},
        {"client_id": "nobody"},
        {"client_id": OWN},
        {"redirect_uri": "http://example-redirect.com", "prompt": "none"},
        {"redirect_uri": "http://example-redirect.com", "scope": "profile"},
        {"redirect_uri": "http://example-redirect.com", "claims": "name"},
        {"redirect_uri": "javascript:alert(1)"},
    ],
)
async def test_a_request_without_a_safe_way_back_is_told_to_the_person(issuer: Provider, wrong: dict[str, str]) -> None:
    answer = await issuer.client().get("/authorize", params=issuer.asked(**wrong))

    assert answer.status_code == 200
    assert "location" not in answer.headers
    assert "cannot be answered" in answer.text
    assert not lint(answer.text)


@pytest.mark.requirement("IDN-N5", "ISS-3")
@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": "offline_access"}, "invalid_scope"),
        ({"claims": "name"}, "invalid_request"),
        ({"claims": "[" * 500}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "quietly"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
        ({"code_challenge": "c" * 43, "code_challenge_method": "plain"}, "invalid_request"),
        ({"acr_values": "idbb:acr:biometrics"}, "invalid_request"),
        ({"request": "a.b.c"}, "request_not_supported"),
        ({"request_uri": "https://tax.example/request"}, "request_not_supported"),
        ({"state": "s" * 257}, "invalid_request"),
    ],
)
async def test_a_request_that_cannot_be_met_is_reported_to_the_relying_party(
    issuer: Provider, wrong: dict[str, str], error: str
) -> None:
    answer = await issuer.client().get("/authorize", params=issuer.asked(**wrong))

    assert answer.headers["location"].startswith(PARTY_CALLBACK)
    assert back(answer)["error"] == error
    assert "code" not in back(answer)


@pytest.mark.requirement("ISS-3")
@pytest.mark.parametrize("missing", ["state", "nonce", "code_challenge", "code_challenge_method"])
async def test_a_package_of_the_country_binds_its_sign_in_to_itself(issuer: Provider, missing: str) -> None:
    answer = await issuer.client().get("/authorize", params=issuer.own(**{missing: ""}))

    assert back(answer)["error"] == "invalid_request"


@pytest.mark.requirement("IDN-D15")
async def test_a_client_that_was_switched_off_cannot_sign_anybody_in(issuer: Provider) -> None:
    asked = registration(status="inactive")
    await clients.change(issuer.bench.context, by=SYSTEM, client_id=PARTY, asked=asked)

    answer = await issuer.client().get("/authorize", params=issuer.asked())

    assert (answer.status_code, "location" in answer.headers) == (200, False)


@pytest.mark.requirement("IDN-09", "IDN-53", "IDN-54")
async def test_a_person_sees_what_is_asked_and_decides(issuer: Provider) -> None:
    client = issuer.client()
    claims = json.dumps({"userinfo": {"birthdate": {"essential": True}, "email": None, "gender": None}})

    page = await issuer.prove(client, await issuer.begin(client, issuer.asked(scope="openid", claims=claims)))

    assert "Tax office" in page.text
    assert "Date of birth" in page.text
    assert 'value="email"' in page.text
    assert "Gender" not in page.text
    assert not lint(page.text)


@pytest.mark.requirement("IDN-53")
async def test_what_is_needed_is_allowed_by_going_on_and_nothing_else_is(issuer: Provider) -> None:
    client = issuer.client()
    claims = json.dumps({"userinfo": {"birthdate": {"essential": True}}})

    answer = await issuer.sign_in(client, issuer.asked(claims=claims), claims=["phone_number", "name"])
    _, told = await issuer.userinfo((await issuer.token(client, code=code_of(answer))).json()["access_token"])

    assert set(told) - {"sub", "iss", "aud", "iat"} == {"birthdate", "name"}


@pytest.mark.requirement("IDN-53", "IDN-N5")
async def test_who_does_not_allow_goes_back_without_a_code(issuer: Provider) -> None:
    client = issuer.client()

    answer = await issuer.sign_in(client, issuer.asked(), answer="refuse")

    assert back(answer)["error"] == "access_denied"
    assert "code" not in back(answer)


@pytest.mark.requirement("IDN-N5")
async def test_who_does_not_want_to_sign_in_goes_back(issuer: Provider) -> None:
    client = issuer.client()
    who = await issuer.begin(client, issuer.asked())

    answer = await client.post("/sign-in/end", data=hidden(who.text))

    assert back(answer)["error"] == "access_denied"


@pytest.mark.requirement("IDN-06", "IDN-53")
async def test_what_was_allowed_lately_is_not_asked_again_unless_it_is_wished(issuer: Provider) -> None:
    client = issuer.client()
    await issuer.sign_in(client, issuer.asked(), claims=["name"])

    again = await issuer.prove(client, await issuer.begin(client, issuer.asked()))
    more = await issuer.prove(client, await issuer.begin(client, issuer.asked(scope="openid profile email phone")))
    wished = await issuer.prove(client, await issuer.begin(client, issuer.asked(prompt="consent")))
    with clock.fixed(clock.now() + timedelta(days=91)):
        late = await issuer.prove(client, await issuer.begin(client, issuer.asked()))

    assert (again.status_code, more.status_code) == (303, 303)
    assert (wished.status_code, late.status_code) == (200, 200)


@pytest.mark.requirement("IDN-06", "IDN-53")
async def test_a_person_reads_what_they_allowed_and_takes_it_back_at_once(issuer: Provider) -> None:
    client = issuer.client()
    granted = (
        await issuer.token(client, code=code_of(await issuer.sign_in(client, issuer.asked(), claims=["name"])))
    ).json()
    person = issuer.visitor("officer-1")

    page = await person.get("/me/permissions")
    form = {**hidden(page.text), "client": PARTY}
    await person.post("/me/permissions/withdraw", data=form)

    assert "Tax office" in page.text
    assert "Full name" in page.text
    assert not lint(page.text)
    answer, _ = await issuer.userinfo(granted["access_token"])
    assert answer.status_code == 401
    assert "ended on" in (await person.get("/me/permissions")).text


@pytest.mark.requirement("IDN-06")
async def test_nobody_reads_what_another_person_allowed(issuer: Provider) -> None:
    await issuer.sign_in(issuer.client(), issuer.asked(), claims=["name"])

    page = await issuer.visitor("somebody-else").get("/me/permissions")

    assert "Tax office" not in page.text


@pytest.mark.requirement("IDN-51")
async def test_a_sign_in_goes_on_only_in_the_browser_that_began_it(issuer: Provider) -> None:
    who = await issuer.begin(issuer.client(), issuer.own())
    transaction = hidden(who.text)["transaction"]

    stranger = issuer.client()
    answer = await stranger.get(f"/sign-in?transaction={transaction}")

    assert answer.status_code == 400
    assert "another browser" in answer.text


@pytest.mark.requirement("IDN-51")
async def test_a_form_from_elsewhere_is_refused(issuer: Provider) -> None:
    client = issuer.client()
    who = await issuer.begin(client, issuer.own())

    answer = await client.post(
        "/sign-in/person", data={**hidden(who.text), "csrf_token": "forged", "person": "officer-1"}
    )

    assert answer.status_code == 403


@pytest.mark.requirement("IDN-N5")
async def test_no_step_can_be_skipped_or_done_twice(issuer: Provider) -> None:
    client = issuer.client()
    who = await issuer.begin(client, issuer.asked())
    early = await client.post("/sign-in/permission", data={**hidden(who.text), "answer": "allow"})
    permission = await issuer.prove(client, who)
    form = {**hidden(permission.text), "answer": "allow"}
    first = await client.post("/sign-in/permission", data=form)
    second = await client.post("/sign-in/permission", data={**form, "form_mark": "another"})

    assert early.status_code == 400
    assert "code" in back(first)
    assert second.status_code == 400


@pytest.mark.requirement("IDN-51")
async def test_a_sign_in_ends_after_ten_minutes(issuer: Provider) -> None:
    client = issuer.client()
    who = await issuer.begin(client, issuer.own())

    with clock.fixed(clock.now() + timedelta(minutes=11)):
        answer = await client.post("/sign-in/person", data={**hidden(who.text), "person": "officer-1"})

    assert answer.status_code == 400
    assert "has expired" in answer.text


@pytest.mark.requirement("ISS-9")
async def test_after_wrong_codes_the_right_one_no_longer_works(issuer: Provider) -> None:
    client = issuer.client()
    page = await client.post(
        "/sign-in/person", data={**hidden((await issuer.begin(client, issuer.own())).text), "person": "officer-1"}
    )
    right = re.search(r'id="shown-code">(\d{6})<', page.text)
    assert right is not None
    wrong = f"{(int(right[1]) + 1) % 1_000_000:06}"
    for _ in range(5):
        await client.post("/sign-in/proof", data={**hidden(page.text), "proof": wrong})

    answer = await client.post("/sign-in/proof", data={**hidden(page.text), "proof": right[1]})

    assert answer.status_code == 400


@pytest.mark.requirement("IDN-52")
async def test_a_stranger_who_guesses_on_and_on_does_not_fill_the_record_of_a_person(issuer: Provider) -> None:
    client = issuer.client()
    page = await client.post(
        "/sign-in/person", data={**hidden((await issuer.begin(client, issuer.own())).text), "person": "officer-1"}
    )
    for _ in range(12):
        await client.post("/sign-in/proof", data={**hidden(page.text), "proof": "not-it"})

    async with issuer.bench.context.database.reading() as tx:
        (row,) = await tx.fetch("SELECT COUNT(*) AS told FROM identity_event")

    assert row["told"] == TRIES_MAX


@pytest.mark.requirement("ISS-10", "IDN-N4")
async def test_outside_the_sandbox_nobody_is_offered_and_no_code_is_shown(national: Provider) -> None:
    client = national.client()
    who = await national.begin(client, national.own())

    chosen = await client.post("/sign-in/person", data={**hidden(who.text), "person": "officer-1"})
    typed = await client.post("/sign-in/person", data={**hidden(who.text), "identifier": ALIAS})

    assert "Amina" not in who.text
    assert chosen.status_code == 403
    assert "shown-code" not in typed.text


@pytest.mark.requirement("IDN-51", "IDN-54")
async def test_nobody_learns_whether_a_number_is_known(national: Provider) -> None:
    client = national.client()
    pages = []
    for identifier in (ALIAS, "nobody@people.example"):
        who = await national.begin(client, national.own())
        page = await client.post("/sign-in/person", data={**hidden(who.text), "identifier": identifier})
        pages.append(re.sub(r'value="[^"]*"|transaction=[\w-]+|<code.*?</code>', "", page.text))

    assert pages[0] == pages[1]


@pytest.mark.requirement("IDN-51", "X071")
async def test_an_earlier_sign_in_is_enough_for_the_next_service_while_it_lasts(national: Provider) -> None:
    client = national.client()
    await national.signed_in(client)

    again = await client.get("/authorize", params=national.own(prompt="none"))
    asked = await client.get("/authorize", params=national.own(prompt="login"))
    young = await client.get("/authorize", params=national.own(max_age="0"))
    with clock.fixed(clock.now() + timedelta(hours=5)):
        late = await client.get("/authorize", params=national.own(prompt="none"))

    assert "code" in back(again)
    assert urlsplit(asked.headers["location"]).path.endswith("/sign-in")
    assert urlsplit(young.headers["location"]).path.endswith("/sign-in")
    assert back(late)["error"] == "login_required"


@pytest.mark.requirement("IDN-25", "IDN-51")
async def test_the_session_of_somebody_who_is_blocked_counts_no_more(national: Provider) -> None:
    client = national.client()
    await national.signed_in(client)

    await people.block(national.bench.context, by=SYSTEM, person_id=national.person.id, reason="reported")

    assert back(await client.get("/authorize", params=national.own(prompt="none")))["error"] == "login_required"


@pytest.mark.requirement("IDN-51")
async def test_signing_out_ends_the_session_and_leads_to_registered_addresses_alone(national: Provider) -> None:
    client = national.client()
    await national.signed_in(client)
    origin = "http://govstack.test/"

    page = await client.get(
        "/oidc/logout", params={"client_id": OWN, "post_logout_redirect_uri": "https://evil.example/"}
    )
    form = {**hidden(page.text), "client": OWN, "target": "https://evil.example/"}
    elsewhere = await client.post("/oidc/logout/confirmed", data=form)
    home = await client.get("/oidc/logout", params={"client_id": OWN, "post_logout_redirect_uri": origin, "state": "x"})

    assert page.status_code == 200
    assert not lint(page.text)
    assert urlsplit(elsewhere.headers["location"]).path.endswith("/signed-out")
    assert home.headers["location"] == f"{origin}?state=x"
    assert back(await client.get("/authorize", params=national.own(prompt="none")))["error"] == "login_required"


@pytest.mark.requirement("IDN-51")
async def test_a_client_that_shows_its_id_token_signs_out_without_a_question(national: Provider) -> None:
    client = national.client()
    granted = (await national.own_token(client, code_of(await national.signed_in(client)))).json()

    answer = await client.get(
        "/oidc/logout",
        params={"id_token_hint": granted["id_token"], "post_logout_redirect_uri": "http://govstack.test/"},
    )

    assert answer.headers["location"] == "http://govstack.test/"
    assert back(await client.get("/authorize", params=national.own(prompt="none")))["error"] == "login_required"


@pytest.mark.requirement("IDN-05", "IDN-51")
async def test_a_code_is_sent_when_a_form_asks_for_it_and_never_by_reading_a_page(issuer: Provider) -> None:
    client = issuer.client()
    who = await issuer.begin(client, issuer.asked(acr_values="idbb:acr:static-code idbb:acr:generated-code"))
    asked = await client.post("/sign-in/person", data={**hidden(who.text), "person": issuer.person.subject})
    form = hidden(asked.text)

    read = await client.get(f"/sign-in?transaction={form['transaction']}&way=otp")
    async with issuer.bench.context.database.reading() as tx:
        before = await tx.fetch("SELECT purpose FROM one_time_code")
    chosen = await client.post("/sign-in/way", data={**form, "way": "otp"})

    assert ("shown-code" in asked.text, "shown-code" in read.text, before) == (False, False, [])
    assert 'name="way" value="otp"' in asked.text
    assert re.search(r'id="shown-code">\d{6}<', chosen.text)
    assert lint(chosen.text) == []


@pytest.mark.requirement("IDN-04")
async def test_another_way_can_be_chosen_by_a_passkey_too_and_nobody_is_asked_before_they_are_named(
    issuer: Provider,
) -> None:
    client = issuer.client()
    form = hidden((await issuer.begin(client, issuer.asked())).text)

    early = await client.post("/sign-in/way", data={**form, "way": "otp"})
    passkey = await client.post("/sign-in/way", data={**form, "way": "passkey"})

    assert "shown-code" not in early.text
    assert "data-passkey" in passkey.text
    assert [lint(page.text) for page in (early, passkey)] == [[], []]


@pytest.mark.requirement("IDN-51")
async def test_a_pushed_request_is_begun_once_by_its_client(issuer: Provider) -> None:
    client = issuer.client()
    pushed = await client.post("/oauth/par", data={**issuer.own(), "client_secret": SECRET})
    reference = {"client_id": OWN, "request_uri": pushed.json()["request_uri"]}

    other = await client.get("/authorize", params={**reference, "client_id": PARTY})
    first = await client.get("/authorize", params=reference)
    second = await client.get("/authorize", params=reference)

    assert (pushed.status_code, pushed.json()["expires_in"]) == (201, 60)
    assert "location" not in other.headers
    assert urlsplit(first.headers["location"]).path.endswith("/sign-in")
    assert "location" not in second.headers


@pytest.mark.requirement("IDN-51")
@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"redirect_uri": "https://evil.example/"}, 400, "invalid_request"),
        ({"scope": "profile"}, 400, "invalid_scope"),
        ({"request_uri": "urn:ietf:params:oauth:request_uri:x"}, 400, "request_not_supported"),
    ],
)
async def test_a_pushed_request_is_refused_for_what_the_browser_would_be(
    issuer: Provider, change: dict[str, str], status: int, error: str
) -> None:
    answer = await issuer.client().post("/oauth/par", data={**issuer.own(), "client_secret": SECRET, **change})

    assert (answer.status_code, answer.json()["error"]) == (status, error)


async def test_every_page_of_signing_in_is_sound(issuer: Provider) -> None:
    client = issuer.client()
    who = await issuer.begin(client, issuer.asked())
    nobody = await client.post("/sign-in/person", data=hidden(who.text))
    proof = await client.post("/sign-in/person", data={**hidden(who.text), "person": "officer-1"})
    wrong = await client.post("/sign-in/proof", data={**hidden(proof.text), "proof": "wrong"})

    assert [lint(page.text) for page in (who, nobody, proof, wrong)] == [[], [], [], []]
    assert (nobody.status_code, wrong.status_code) == (400, 400)
    assert "enrols people" in who.text


async def asked_for(issuer: Provider, browser: httpx.AsyncClient) -> httpx.Response:
    """Begin a sign-in and say to be the person; returns the page that asks for a code, which the sandbox shows."""
    who = await issuer.begin(browser, issuer.own())
    return await browser.post("/sign-in/person", data={**hidden(who.text), "identifier": ALIAS})


def shown_code(asked: httpx.Response) -> str:
    found = re.search(r'id="shown-code">(\d{6})<', asked.text)
    return found[1] if found else ""


@pytest.mark.requirement("IDN-N5", "IDN-51")
async def test_strangers_cannot_use_up_the_codes_of_a_person_who_comes_by_a_browser_of_theirs(
    issuer: Provider,
) -> None:
    home = issuer.client()
    await issuer.sign_in(home, issuer.own())
    sent = [shown_code(await asked_for(issuer, issuer.client())) for _ in range(10)]
    asked = await asked_for(issuer, home)

    answer = await home.post("/sign-in/proof", data={**hidden(asked.text), "proof": shown_code(asked)})

    # Her first sign-in with this browser was one of the five.
    assert [bool(code) for code in sent] == [True] * 4 + [False] * 6
    assert "code=" in (await issuer.follow(home, answer)).headers["location"]


@pytest.mark.requirement("IDN-N5", "IDN-51")
async def test_one_browser_that_nobody_knows_leaves_codes_for_others(issuer: Provider) -> None:
    stranger = issuer.client()
    sent = [bool(shown_code(await asked_for(issuer, stranger))) for _ in range(5)]

    assert sent == [True, True, True, False, False]
    assert shown_code(await asked_for(issuer, issuer.client()))


@pytest.mark.requirement("IDN-N5", "IDN-51")
async def test_what_strangers_guess_makes_nobody_pause_in_a_browser_of_theirs(issuer: Provider) -> None:
    home = issuer.client()
    await issuer.sign_in(home, issuer.own())
    for _ in range(2):
        stranger = issuer.client()
        guessing = await asked_for(issuer, stranger)
        for _ in range(4):
            await stranger.post("/sign-in/proof", data={**hidden(guessing.text), "proof": "12"})
    elsewhere, asked = issuer.client(), await asked_for(issuer, home)
    other = await asked_for(issuer, elsewhere)

    here = await home.post("/sign-in/proof", data={**hidden(asked.text), "proof": shown_code(asked)})
    there = await elsewhere.post("/sign-in/proof", data={**hidden(other.text), "proof": shown_code(other)})

    assert (here.status_code, there.status_code) == (303, 400)
    # Guesses in that browser itself make it pause as any other.
    guessing = await asked_for(issuer, home)
    tries = [
        (await home.post("/sign-in/proof", data={**hidden(guessing.text), "proof": "12"})).status_code for _ in range(6)
    ]
    right = await home.post("/sign-in/proof", data={**hidden(guessing.text), "proof": shown_code(guessing)})
    assert (tries, right.status_code) == ([400] * 6, 400)


@pytest.mark.requirement("IDN-N5", "IDN-51")
async def test_a_browser_is_known_for_its_own_person_alone_and_for_thirty_days(issuer: Provider) -> None:
    home = issuer.client()
    await issuer.sign_in(home, issuer.own())
    begun = await issuer.begin(home, issuer.own())
    transaction = await transactions.current(issuer.bench.context, transaction_id=hidden(begun.text)["transaction"])
    assert transaction is not None
    context, browser = issuer.bench.context, transaction.request.browser

    mine = await browsers.origin(context, person_id=issuer.person.id, browser=browser)
    other = await browsers.origin(context, person_id="somebody-else", browser=browser)
    with clock.fixed(clock.now() + timedelta(days=31)):
        late = await browsers.origin(context, person_id=issuer.person.id, browser=browser)
    async with context.database.transaction() as tx:
        await factors.reset(context, tx, by=SYSTEM, person_id=issuer.person.id, reason="lost the telephone")
    reset = await browsers.origin(context, person_id=issuer.person.id, browser=browser)

    assert [one.known for one in (mine, other, late, reset)] == [True, False, False, False]
