"""The layout and every component draw good pages in every language."""

from __future__ import annotations

from pathlib import Path

import html5lib
import pytest
from jinja2 import UndefinedError

from govstack.kernel import errors, i18n
from govstack.web import templating
from govstack.web.answers import Page
from tests.page_lint import lint
from tests.web.pages import a_shell, drawn, patterns

SIMPLE = '{% extends "layout.html" %}{% block content %}<p>{{ words }}</p>{% endblock %}'


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_page_of_patterns_is_good_html(language: str) -> None:
    assert lint(patterns(language)) == []


def test_the_arabic_page_runs_from_right_to_left() -> None:
    assert '<html class="govuk-template" lang="ar" dir="rtl">' in patterns("ar")


@pytest.mark.parametrize("language", ["fr", "es", "ar"])
def test_no_english_is_left_in_a_translated_page(language: str) -> None:
    english = {"Skip to main content", "There is a problem", "Sign out", "Show the numbers as a table", "Next page"}
    root = html5lib.parse(patterns(language), namespaceHTMLElements=False)
    shown = {text.strip() for text in root.itertext()}

    assert english & shown == set()


def test_the_title_names_the_page_the_package_and_the_product(tmp_path: Path) -> None:
    html = drawn(tmp_path, SIMPLE, {"words": "x"})

    assert "<title>Members - Information mediator - GovStack</title>" in html


@pytest.mark.requirement("X087", "CFR-security-6")
def test_what_a_person_typed_is_escaped(tmp_path: Path) -> None:
    html = drawn(tmp_path, SIMPLE, {"words": "<script>alert(1)</script>"})

    assert "<script>alert" not in html


@pytest.mark.requirement("X087")
def test_markup_survives_inside_translated_words_while_text_is_escaped(tmp_path: Path) -> None:
    template = SIMPLE.replace("{{ words }}", "{{ _('From {who} for {what}', who=words, what=parts.word('A<B')) }}")

    html = drawn(tmp_path, template, {"words": "<b>"})

    assert 'From &lt;b&gt; for <code class="gs-code-word" dir="ltr">A&lt;B</code>' in html


def test_a_name_that_the_handler_forgot_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UndefinedError):
        drawn(tmp_path, SIMPLE)


def test_the_macros_of_gov_uk_can_be_used_as_they_are(tmp_path: Path) -> None:
    taken = '{% from "govuk_frontend_jinja/components/button/macro.html" import govukButton %}'
    template = taken + '{{ govukButton({"text": "Go"}) }}'

    assert "govuk-button" in drawn(tmp_path, template)


@pytest.mark.parametrize(("profile", "told"), [("sandbox", True), ("production", False)])
def test_only_a_sandbox_says_that_people_are_invented(tmp_path: Path, profile: str, told: bool) -> None:
    html = drawn(tmp_path, SIMPLE, {"words": "x"}, profile=profile)

    assert ("people and data are invented" in html) is told


def test_somebody_signed_in_can_sign_out(tmp_path: Path) -> None:
    html = drawn(tmp_path, SIMPLE, {"words": "x"})

    assert "Amina Otieno" in html
    assert '<form class="gs-account__form" method="post" action="/session/end">' in html


def test_nobody_signed_in_can_sign_in(tmp_path: Path) -> None:
    html = drawn(tmp_path, SIMPLE, {"words": "x"}, actor=None)

    assert '<a class="gs-account__link" href="/session/start">' in html


def test_languages_are_links_that_keep_the_rest_of_the_address(tmp_path: Path) -> None:
    html = drawn(tmp_path, SIMPLE, {"words": "x"}, path="/members?state=open&page=2")

    assert 'href="/members?state=open&amp;page=2&amp;lang=fr"' in html


def test_a_page_that_answers_a_form_offers_no_language_links(tmp_path: Path) -> None:
    assert "gs-languages" not in drawn(tmp_path, SIMPLE, {"words": "x"}, path="")


def test_errors_stand_in_the_title_and_link_to_their_fields(tmp_path: Path) -> None:
    template = (
        "{% extends 'layout.html' %}{% block content %}<form method='post'>{{ forms.csrf() }}"
        "{{ forms.date('born', 'Born', value='1990-02-31', errors=errors) }}"
        "{{ forms.text('name', 'Name', errors=errors) }}"
        "</form>{% endblock %}"
    )

    html = drawn(tmp_path, template, {"errors": {"born": "Not a day", "name": "Missing"}})

    assert "<title>Members (error)" in html
    assert [f'href="#{field}"' in html and f'id="{field}"' in html for field in ("born", "name")] == [True, True]
    assert lint(html) == []


def test_errors_are_named_in_the_order_of_the_fields_whatever_order_they_were_found_in(tmp_path: Path) -> None:
    template = (
        "{% extends 'layout.html' %}{% block content %}<form method='post'>{{ forms.csrf() }}"
        "{{ forms.text('name', 'Name', errors=errors) }}{{ forms.radios('code', 'Code', [('a', 'A')], errors=errors) }}"
        "</form>{% endblock %}{% block aside %}{{ forms.text('limit', 'Limit', errors=errors) }}{% endblock %}"
    )
    found = {"limit": "No limit", "code": "No code", "name": "No name", "": "Nothing was kept"}

    html = drawn(tmp_path, template, {"errors": found})

    summary = html.partition("govuk-error-summary__list")[2].partition("</ul>")[0]
    said = [summary.index(text) for text in ("Nothing was kept", "No name", "No code", "No limit")]
    assert (said, lint(html)) == (sorted(said), [])


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/members", "/mediator/members"),
        ("/mediator/members", "/mediator/members"),
        ("~/learn/", "/learn/"),
        ("#top", "#top"),
        ("?page=2", "?page=2"),
        ("https://example.org/", "https://example.org/"),
    ],
)
def test_addresses_lie_below_the_package_unless_they_say_otherwise(tmp_path: Path, path: str, address: str) -> None:
    html = drawn(tmp_path, "{{ url(words) }}", {"words": path}, package_href="/mediator/")

    assert html == address


def test_a_package_translates_its_own_words(tmp_path: Path) -> None:
    (tmp_path / "locale").mkdir()
    (tmp_path / "locale" / "fr.po").write_text('msgid "Cattle of the test"\nmsgstr "Bétail"\n', encoding="utf-8")

    assert drawn(tmp_path, "{{ _('Cattle of the test') }}", language="fr") == "Bétail"


@pytest.mark.parametrize("problem", errors.Problem.__subclasses__(), ids=lambda problem: problem.__name__)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_refusal_has_a_good_page(problem: type[errors.Problem], language: str) -> None:
    values = {"problem": problem(), "status": problem.status, "correlation_id": "abc"}

    html = templating.render(Page("problem.html", values, title=problem.title), a_shell(language=language)).decode()

    assert lint(html) == []


class Sold(errors.Conflict):
    """A refusal with a sentence of its own."""

    title = "The cow is sold."


def refusal(folder: Path, problem: errors.Problem, language: str) -> str:
    """Return the page of a refusal as a package draws it whose French catalogue knows one sentence."""
    (folder / "locale").mkdir()
    (folder / "locale" / "fr.po").write_text('msgid "The cow is sold."\nmsgstr "La vache est vendue."\n', "utf-8")
    values = {"problem": problem, "status": problem.status, "correlation_id": "abc"}
    return templating.render(Page("problem.html", values), a_shell(package_root=folder, language=language)).decode()


@pytest.mark.requirement("CFR-quality-8")
def test_a_refusal_says_its_own_sentence_in_the_language_of_the_reader(tmp_path: Path) -> None:
    html = refusal(tmp_path, Sold(), "fr")

    assert "La vache est vendue." in html


def test_a_sentence_that_no_catalogue_knows_is_marked_as_english(tmp_path: Path) -> None:
    html = refusal(tmp_path, errors.BadRequest("Cow 7 is sold."), "fr")

    assert '<bdi lang="en">Cow 7 is sold.</bdi>' in html
    assert "Il manque quelque chose" in html


def test_an_error_of_a_field_is_translated_where_it_is_only_marked(tmp_path: Path) -> None:
    (tmp_path / "locale").mkdir()
    (tmp_path / "locale" / "fr.po").write_text('msgid "Name the cow"\nmsgstr "Nommez la vache"\n', "utf-8")
    template = (
        '{% extends "layout.html" %}{% block content %}{{ forms.text("cow", "Vache", errors=errors) }}{% endblock %}'
    )

    html = drawn(tmp_path, template, {"errors": {"cow": "Name the cow"}}, language="fr")

    assert html.count("Nommez la vache") == 2
    assert "Name the cow" not in html


def test_a_fault_of_ours_shows_no_detail() -> None:
    problem = errors.Internal("database password is swordfish")
    values = {"problem": problem, "status": 500, "correlation_id": "abc"}

    html = templating.render(Page("problem.html", values, title=problem.title), a_shell()).decode()

    assert "swordfish" not in html
