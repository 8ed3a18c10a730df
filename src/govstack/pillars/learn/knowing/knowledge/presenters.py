"""What the pages of knowledge show; Markdown of authors becomes HTML without anything that could run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import nh3
from markupsafe import Markup

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words
from govstack.pillars.learn.knowing.knowledge.model import EXPERIENCE_FIELDS, ITEM, Edition, Figures, Readers
from govstack.pillars.learn.papers.model import Content, Facts
from govstack.pillars.learn.people.model import Person
from govstack.pillars.learn.vocabularies.model import Term
from govstack.pillars.learn.vocabularies.presenters import labelled
from govstack.web.figures import Bars, StackedBars

CLASSES = {
    "heading_open": "govuk-heading-m", "paragraph_open": "govuk-body",
    "bullet_list_open": "govuk-list govuk-list--bullet",
    "ordered_list_open": "govuk-list govuk-list--number", "link_open": "govuk-link", "table_open": "govuk-table",
    "th_open": "govuk-table__header", "td_open": "govuk-table__cell", "tr_open": "govuk-table__row",
    "blockquote_open": "govuk-inset-text",
}  # fmt: skip
TAGS = {
    "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "a", "table", "thead", "tbody", "tr", "th", "td", "blockquote",
    "strong", "em", "code", "pre", "hr", "br",
}  # fmt: skip
READERS = {
    Readers.INTERNAL: _("People of this country's organisations"),
    Readers.PARTNER: _("Partners who sign in"),
    Readers.PUBLIC: _("Everybody"),
}
WAYS = {"view": _("Views"), "download": _("Downloads"), "citation": _("Citations")}
MONTHS_SHOWN = 12


def markdown(text: str) -> Markup:
    """Return Markdown as HTML below the heading of a page. Raw HTML and pictures from elsewhere stay text."""
    from markdown_it import MarkdownIt  # here alone: a start would wait for it

    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    tokens, level = parser.parse(text), 1
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            # Headings go down by one at most, so that those who listen to a page find their way.
            if token.type == "heading_open":
                level = min(int(token.tag[1]) + 1, level + 1, 6)
            token.tag = f"h{level}"
        for one in (token, *(token.children or ())):
            if one.type in CLASSES:
                one.attrSet("class", CLASSES[one.type])
    drawn = parser.renderer.render(tokens, parser.options, {})
    attributes = {"*": {"class"}, "a": {"href", "class"}, "ol": {"start", "class"}}
    return Markup(nh3.clean(drawn, tags=TAGS, attributes=attributes, link_rel="noopener noreferrer"))  # noqa: S704


def label(terms: Mapping[str, Sequence[Term]], vocabulary: str, code: str, language: str) -> str:
    """Return what a word of a vocabulary is called."""
    return labelled(terms.get(vocabulary, ()), language).get(code, code)


def rows(editions: Sequence[Edition], terms: Mapping[str, Sequence[Term]], words: Words) -> list[list[Cell]]:
    """Return editions as rows of the library."""
    return [
        [
            {"text": one.content["name"], "href": f"/library/{one.item_id}"},
            label(terms, "knowledge-type", one.content["type"], words.language),
            label(terms, "language", one.content["language"], words.language),
            {"moment": one.published_at},
        ]
        for one in editions
    ]


def facts(
    edition: Edition, terms: Mapping[str, Sequence[Term]], names: Mapping[str, Person], words: Words
) -> list[tuple[str, str]]:
    """Return what is said about an edition beside its text."""
    content = edition.content
    told = {
        one.name: words.listed(
            label(terms, one.of, code, words.language)
            for code in (content[one.name] if one.many else [content[one.name]])
        )
        for one in ITEM.fields
        if one.of in terms and content.get(one.name)
    }
    people = [names[one].name for one in (content["owner"], *content.get("contributors", ())) if one in names]
    return [
        (words(_("Type")), told["type"]),
        (words(_("Rests on")), told["facets"]),
        (words(_("Language")), told["language"]),
        (words(_("From")), words.listed(people)),
        (words(_("Review on")), i18n.format_date(words.language, str(content["review"]))),
        (words(_("Sources")), "\n".join(content.get("sources", []))),
    ]


def journal(edition: Edition, words: Words) -> list[tuple[str, Markup]]:
    """Return the parts of an experience journal, those that are said."""
    labels = {one.name: one.label for one in ITEM.fields}
    said = [(name, str(edition.content.get(name, ""))) for name in EXPERIENCE_FIELDS]
    return [(words(labels[name]), markdown(text)) for name, text in said if text]


def plain(edition: Edition, words: Words) -> str:
    """Return an edition as one text in Markdown."""
    labels = {one.name: one.label for one in ITEM.fields}
    content = edition.content
    parts = [f"# {content['name']}", content["summary"], content.get("body", "")]
    parts += [f"## {words(labels[name])}\n\n{content[name]}" for name in EXPERIENCE_FIELDS if content.get(name)]
    if content.get("sources"):
        parts.append("\n".join([f"## {words(labels['sources'])}", "", *(f"- {one}" for one in content["sources"])]))
    return "\n\n".join(part for part in parts if part) + "\n"


def paper(edition: Edition, about: Sequence[tuple[str, str]], words: Words) -> Content:
    """Return an edition as a paper."""
    labels = {one.name: one.label for one in ITEM.fields}
    names = ("body", *EXPERIENCE_FIELDS)
    said = [(words(labels[name]), edition.content[name]) for name in names if edition.content.get(name)]
    edition_words = words(_("Edition {edition}"), edition=edition.edition)
    parts = [Facts(edition_words, said), Facts(words(_("About this item")), [one for one in about if one[1]])]
    return Content(edition.content["name"], words.language, edition.content["summary"], parts)


def stock_chart(stock: Mapping[str, int], stages: Sequence[tuple[str, str]], words: Words) -> Bars:
    """Return how many items are at each stage, as bars."""
    return Bars(
        "stock", words(_("Items at each stage")), [(text, stock.get(code, 0)) for code, text in stages],
        label_header=words(_("Stage")), value_header=words(_("Items")),
    )  # fmt: skip


def flow_chart(found: Figures, stages: Sequence[tuple[str, str]], words: Words) -> StackedBars:
    """Return how many items came to each stage, month by month; stages that a country added last are left out."""
    shown = stages[:5]
    months = sorted({month for month, _stage in found.flow})[-MONTHS_SHOWN:]
    return StackedBars(
        "flow", words(_("Items that came to a stage, by month")), [text for _code, text in shown],
        [(month, [found.flow.get((month, code), 0) for code, _text in shown]) for month in months],
        label_header=words(_("Month")),
    )  # fmt: skip
