"""Every form that changes something carries the mark by which one that is sent twice is done once."""

from __future__ import annotations

import re

from .tree import SOURCE

# They look something up, ask the next question, or open and close what is the person's own.
LOOKING = frozenset(
    {
        "blocks/messaging/wording.html", "blocks/identity/passkey.html", "blocks/identity/proof.html",
        "blocks/identity/my_proof.html", "blocks/identity/people.html", "blocks/identity/who.html",
        "blocks/consent/draft_question.html", "blocks/consent/draft_translation.html",
        "blocks/consent/policy_form.html",
        "blocks/consent/request_form.html", "blocks/mediator/evidence.html",
        "blocks/identity/sign_in_wallet_part.html", "blocks/identity/wallet.html", "blocks/identity/wallet_ask.html",
        "blocks/identity/wallet_confirm.html",
        "blocks/registries/automation_question.html", "blocks/registries/automation_try.html",
        "blocks/registries/records.html", "blocks/registries/records_columns.html",
        "blocks/registries/records_narrow.html", "blocks/registries/registry_log.html",
        "blocks/registries/rights_explain.html", "blocks/registries/rights_pieces.html",
        "blocks/registries/share_ask.html", "blocks/registries/shared.html", "blocks/registries/shared_cover.html",
        "blocks/registries/statistics.html", "blocks/registries/usage.html", "pillars/learn/course_quiz.html",
        "pillars/learn/material_new.html", "pillars/sandbox/desk_find.html",
        "pillars/sandbox/refused.html", "web/shell/header.html", "pillars/learn/verify.html",
        "pillars/learn/verify_found.html", "pillars/learn/assessment_section.html",
        "pillars/learn/assessment_words.html",
    }
)  # fmt: skip
# It sends a form again, with the token that it came with.
AGAIN = frozenset({"web/shell/footer.html"})
# It is sent to another site, which must not learn our token.
ELSEWHERE = frozenset({"pillars/learn/tool_message.html"})
FORM = re.compile(r"<form[^>]*method=\"post\".*?</form>", re.DOTALL)


def forms() -> list[tuple[str, str]]:
    """Return the forms of all templates that are posted, each with the name of its template."""
    return [
        (path.relative_to(SOURCE).as_posix().replace("templates/", ""), form)
        for path in sorted(SOURCE.rglob("templates/**/*.html"))
        for form in FORM.findall(path.read_text(encoding="utf-8"))
    ]


def test_every_form_carries_its_token() -> None:
    assert {name for name, form in forms() if "csrf(" not in form} == AGAIN | ELSEWHERE


def test_a_form_that_changes_something_carries_a_mark() -> None:
    assert {name for name, form in forms() if "once=false) }}" in form.partition("csrf(")[2][:20]} == LOOKING
