"""Members and applications through their pages: apply, check the answers, decide, change, prove by certificate."""

from __future__ import annotations

import pytest

from govstack.blocks.mediator.directory import service as directory
from tests.builders.mediator import trail
from tests.builders.mediator_pages import ADMINISTRATOR, NAMES, apply, pages, visitor
from tests.builders.running import Bench

__all__ = ["pages"]

ORGANISATION = {
    "name": "Ministry of Water",
    "member_class": "GOV",
    "member_code": "7010",
    "contact_name": "Aster Bekele",
    "contact_email": "aster@water.example",
    "agreement": "Act 7 of 2026",
}
REGISTER = {"name": "Well register", "code": "wells", "connection": "https"}
APPLICATION = "/members/GOV/7001/applications/population"
SUSPEND = "/members/GOV/7001/decide/suspend"


async def state(running: Bench, code: str) -> str:
    """Return where a member of the class GOV stands."""
    async with running.context.database.reading() as tx:
        return str((await directory.member(running.context, tx, member_class="GOV", code=code)).state)


@pytest.mark.requirement("I3")
async def test_an_organisation_applies_after_checking_its_answers(pages: Bench) -> None:
    async with visitor(pages, person="aster") as applicant:
        await applicant.read("/members/apply")
        check = await applicant.send("/members/apply", ORGANISATION)
        sent = await applicant.send("/members/apply", {**ORGANISATION, "step": "send"})

    assert "Check your answers" in check
    assert "aster@water.example" in check
    assert "The application for membership was sent." in sent
    assert await state(pages, "7010") == "applied"


async def test_answers_can_be_changed_before_they_are_sent(pages: Bench) -> None:
    async with visitor(pages, person="aster") as applicant:
        await applicant.read("/members/apply")
        form = await applicant.send("/members/apply", {**ORGANISATION, "step": "edit"})

    assert 'value="Ministry of Water"' in form
    with pytest.raises(directory.UnknownMember):
        await state(pages, "7010")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("member_class", "7"),
        ("member_code", "a/b"),
        ("contact_email", "nobody"),
        ("agreement", "x" * 4001),
    ],
)
async def test_a_wrong_answer_is_named_beside_its_field_and_in_the_summary(
    pages: Bench, field: str, value: str
) -> None:
    async with visitor(pages, person="aster") as applicant:
        await applicant.read("/members/apply")
        form = await applicant.send("/members/apply", {**ORGANISATION, field: value, "step": "send"})

    assert applicant.answer.status_code == 400
    assert f'<a href="#{field}">' in form
    assert f'id="{field}-error"' in form


async def test_a_code_that_somebody_else_holds_is_refused_in_the_form(pages: Bench) -> None:
    async with visitor(pages, person="aster") as applicant:
        await applicant.read("/members/apply")
        taken = {**ORGANISATION, "member_code": "7001", "step": "send"}
        form = await applicant.send("/members/apply", taken)

    assert applicant.answer.status_code == 400
    assert "Someone else has applied under this code" in form


async def test_an_email_address_never_stands_in_an_address(pages: Bench) -> None:
    async with visitor(pages, person="aster") as applicant:
        await applicant.read("/members/apply")
        page = await applicant.send("/members/apply", {**ORGANISATION, "step": "send"})

    assert "aster" not in str(applicant.answer.url)
    assert "?name=" not in page


@pytest.mark.requirement("I3")
async def test_an_administrator_accepts_an_organisation(pages: Bench) -> None:
    async with visitor(pages, *ADMINISTRATOR) as administrator:
        listed = await administrator.read("/members?state=applied")
        question = await administrator.read("/members/GOV/7009/decide/accept")
        done = await administrator.send("/members/GOV/7009/decide/accept", {"step": "send"})

    assert "Ministry of Tourism" in listed
    assert "Accept Ministry of Tourism?" in question
    assert "The member was accepted." in done
    assert await state(pages, "7009") == "accepted"


@pytest.mark.requirement("I3")
async def test_a_suspension_asks_why_and_shows_the_answer_before_it_counts(pages: Bench) -> None:
    async with visitor(pages, *ADMINISTRATOR) as administrator:
        await administrator.read(SUSPEND)
        unexplained = await administrator.send(SUSPEND, {"reason": " ", "step": "send"})
        before = await state(pages, "7001")
        check = await administrator.send(SUSPEND, {"reason": "Its key has leaked."})
        between = await state(pages, "7001")
        done = await administrator.send(SUSPEND, {"reason": "Its key has leaked.", "step": "send"})

    assert '<a href="#reason">' in unexplained
    assert "Its key has leaked." in check
    assert "The member is suspended." in done
    assert (before, between, await state(pages, "7001")) == ("accepted", "accepted", "suspended")


async def test_what_cannot_be_decided_now_is_refused(pages: Bench) -> None:
    async with visitor(pages, *ADMINISTRATOR) as administrator:
        await administrator.read("/members/GOV/7001/decide/accept", status=409)
        await administrator.read("/members/GOV/7001/decide/crown", status=404)


async def test_the_members_own_administrators_change_its_details_but_decide_nothing(pages: Bench) -> None:
    details = {name: ORGANISATION[name] for name in ("name", "contact_name", "contact_email", "agreement")}

    async with visitor(pages, roles=("mediator:member:GOV/7001",)) as own:
        page = await own.read("/members/GOV/7001")
        await own.read("/members/GOV/7001/change")
        changed = await own.send("/members/GOV/7001/change", {**details, "step": "send"})
        await own.read(SUSPEND, status=403)

    assert "/decide/" not in page
    assert "Ministry of Water" in changed


async def test_a_stranger_is_led_from_a_members_page_to_its_public_entry(pages: Bench) -> None:
    async with visitor(pages, person="stranger") as stranger:
        answer = await stranger.client.get("/members/GOV/7001")

    assert (answer.status_code, answer.headers["location"]) == (303, "/directory/GOV/7001")


async def test_the_list_of_members_is_narrowed_and_paged(pages: Bench) -> None:
    for number in range(25):
        await apply(pages.context, f"8{number:03}", f"Office {number}")

    async with visitor(pages, *ADMINISTRATOR) as administrator:
        first = await administrator.read("/members?q=OFFICE")
        second = await administrator.read("/members?q=OFFICE&page=2")
        none = await administrator.read("/members?q=100%25")

    assert "Showing 1 to 20 of 25" in first
    assert "Showing 21 to 25 of 25" in second
    assert "No member fits." in none


@pytest.mark.requirement("I3")
async def test_an_application_is_registered_and_accepted(pages: Bench) -> None:
    async with visitor(pages, roles=("mediator:member:GOV/7001",), person="own") as own:
        await own.read("/members/GOV/7001/applications/new")
        wrong = await own.send("/members/GOV/7001/applications/new", {**REGISTER, "code": "a b"})
        await own.send("/members/GOV/7001/applications/new", REGISTER)
        waiting = await own.send("/members/GOV/7001/applications/new", {**REGISTER, "step": "send"})
    async with visitor(pages, *ADMINISTRATOR) as administrator:
        listed = await administrator.read("/applications?state=applied")
        await administrator.read("/members/GOV/7001/applications/wells/decide/accept")
        done = await administrator.send("/members/GOV/7001/applications/wells/decide/accept", {"step": "send"})

    assert '<a href="#code">' in wrong
    assert "waits for a decision" in waiting
    assert "Well register" in listed
    assert "The application is connected." in done


async def test_a_certificate_is_compared_before_it_proves_an_application(pages: Bench) -> None:
    fingerprint, path = "0A" * 32, f"{APPLICATION}/certificates/new"

    async with visitor(pages, *ADMINISTRATOR) as administrator:
        await administrator.read(path)
        wrong = await administrator.send(path, {"certificate": "secret"})
        check = await administrator.send(path, {"certificate": fingerprint})
        done = await administrator.send(path, {"certificate": fingerprint, "step": "send"})
        await administrator.read(f"{APPLICATION}/certificates/{fingerprint.lower()}/remove")
        gone = await administrator.send(f"{APPLICATION}/certificates/{fingerprint.lower()}/remove")

    assert '<a href="#certificate">' in wrong
    assert "0a0a 0a0a" in check
    assert "The certificate proves the application" in done
    assert "0a0a 0a0a" not in gone


async def test_an_application_is_changed_and_suspended(pages: Bench) -> None:
    async with visitor(pages, *ADMINISTRATOR) as administrator:
        await administrator.read(f"{APPLICATION}/change")
        values = {"name": "People", "connection": "http", "step": "send"}
        changed = await administrator.send(f"{APPLICATION}/change", values)
        await administrator.read(f"{APPLICATION}/decide/suspend")
        reason = {"reason": "Under repair.", "step": "send"}
        rests = await administrator.send(f"{APPLICATION}/decide/suspend", reason)

    assert ("People" in changed, "Plain (http)" in changed) == (True, True)
    assert ("Suspended" in rests, "Under repair." in rests) == (True, True)


@pytest.mark.requirement("I31")
async def test_a_refused_act_on_a_page_is_on_record(pages: Bench) -> None:
    async with visitor(pages, *ADMINISTRATOR) as administrator:
        await administrator.read(SUSPEND)
        await administrator.send(SUSPEND, {"reason": "x", "step": "send"})

    acts = [(entry.actor, entry.action, entry.subject) for entry in await trail(pages.context, "mediator.member.susp")]
    assert acts == [("mila", "mediator.member.suspend", "GOV/7001")]
    assert len(NAMES) == 6
