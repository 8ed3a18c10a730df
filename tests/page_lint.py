"""Says what is wrong with a page: every test that fetches one passes it through `lint`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from itertools import pairwise
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from html5lib.constants import E as SENTENCES

from govstack.kernel import i18n

XHTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
ASSETS = {
    "script": "src",
    "img": "src",
    "link": "href",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
}
# Kinds of input that need no label of their own.
UNLABELLED = frozenset({"hidden", "submit", "button", "reset", "image"})
LANGUAGES = frozenset(i18n.LANGUAGES)
RIGHT_TO_LEFT = frozenset({"ar"})
_CODE = re.compile(r"<(?:built-in|bound) method [^>]{1,80}")


def lint(html: str | bytes) -> list[str]:
    """Return one sentence for each fault of a whole page; an empty list is a good page."""
    text = html.decode() if isinstance(html, bytes) else html
    parser = html5lib.HTMLParser(namespaceHTMLElements=True)
    root = parser.parse(text)
    faults = [f"Line {place[0]}: {SENTENCES.get(code, code) % details}" for place, code, details in parser.errors]
    # What a template takes for a value and Python for a method, such as `form.keys`.
    faults += [f"The page shows code: {shown}" for shown in _CODE.findall(unescape(text))]
    for rule in (
        _headings,
        _names,
        _ids,
        _links_and_buttons,
        _pictures,
        _tables,
        _forms,
        _assets,
        _handlers,
        _language,
    ):
        faults += rule(root)
    return faults


def lint_part(html: str | bytes) -> list[str]:
    """Return the faults of a piece of a page, such as an answer to htmx."""
    text = html.decode() if isinstance(html, bytes) else html
    whole = (
        f'<!DOCTYPE html><html lang="en" dir="ltr"><head><title>x</title></head><body><h1>x</h1>{text}</body></html>'
    )
    return lint(whole)


def text_of(element: Element) -> str:
    """Return the words inside an element, with single spaces."""
    return " ".join("".join(element.itertext()).split())


def _all(root: Element, *names: str) -> Iterator[Element]:
    for name in names:
        yield from root.iter(XHTML + name)


def _accessible_name(element: Element) -> str:
    pictures = [picture.get("alt", "") for picture in _all(element, "img")]
    return element.get("aria-label", "") or element.get("aria-labelledby", "") or text_of(element) or "".join(pictures)


def _headings(root: Element) -> list[str]:
    headings = [text_of(heading) for heading in _all(root, "h1")]
    titles = [text_of(title) for head in _all(root, "head") for title in head.iter(XHTML + "title")]
    if len(headings) != 1:
        return [f"The page has {len(headings)} h1 elements; it needs one."]
    if len(titles) != 1 or not headings[0] or not titles[0].startswith(headings[0]):
        return [f"The title {titles} does not start with the h1 {headings[0]!r}."]
    levels = [int(element.tag[-1]) for element in root.iter() if _is_heading(element)]
    return [f"A heading jumps from level {a} to {b}." for a, b in pairwise(levels) if b > a + 1]


def _is_heading(element: Element) -> bool:
    return isinstance(element.tag, str) and element.tag in {f"{XHTML}h{level}" for level in range(1, 7)}


def _names(root: Element) -> list[str]:
    labelled = {label.get("for") for label in _all(root, "label") if label.get("for") and text_of(label)}
    wrapped = {id(field) for label in _all(root, "label") for field in _all(label, "input", "select", "textarea")}
    return [
        f"The field {field.get('name') or field.get('id')!r} has no label."
        for field in _all(root, "input", "select", "textarea")
        if field.get("type", "text") not in UNLABELLED
        and field.get("id") not in labelled
        and id(field) not in wrapped
        and not field.get("aria-label")
        and not field.get("aria-labelledby")
    ]


def _ids(root: Element) -> list[str]:
    ids = Counter(element.get("id") for element in root.iter() if element.get("id") is not None)
    twice = [f"The id {name!r} stands {count} times." for name, count in ids.items() if count > 1]
    wanted = {
        (attribute, name)
        for element in root.iter()
        for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls")
        for name in element.get(attribute, "").split()
    }
    lost = [f"{attribute} names the id {name!r}, which is not there." for attribute, name in wanted if name not in ids]
    return twice + sorted(lost)


def _links_and_buttons(root: Element) -> list[str]:
    faults = [
        f"A {element.tag.removeprefix(XHTML)} has no words ({element.get('href') or element.get('class')})."
        for element in _all(root, "a", "button", "summary")
        if not _accessible_name(element)
    ]
    faults += [f"A link has no address: {text_of(link)!r}." for link in _all(root, "a") if not link.get("href")]
    return faults + [
        f"The link {text_of(link)!r} runs a script."
        for link in _all(root, "a")
        if link.get("href", "").startswith("javascript:")
    ]


def _pictures(root: Element) -> list[str]:
    faults = [f"The image {image.get('src')!r} has no alt." for image in _all(root, "img") if image.get("alt") is None]
    return faults + [
        "A drawing with role img has no name."
        for drawing in root.iter(f"{SVG}svg")
        if drawing.get("role") == "img" and not (drawing.get("aria-label") or drawing.get("aria-labelledby"))
    ]


def _tables(root: Element) -> list[str]:
    faults: list[str] = []
    for table in _all(root, "table"):
        captions = [text_of(caption) for caption in _all(table, "caption")]
        if not any(captions) and not table.get("aria-label"):
            faults.append("A table has no caption.")
        if not list(_all(table, "th")):
            faults.append(f"The table {captions} has no header cells.")
    return faults


def _forms(root: Element) -> list[str]:
    faults: list[str] = []
    for form in _all(root, "form"):
        fields = {field.get("name"): field for field in _all(form, "input")}
        elsewhere = (form.get("action") or "").startswith(("https://", "http://"))
        token = "csrf_token" in fields and bool(fields["csrf_token"].get("value"))
        if elsewhere and token:
            faults.append(f"The form to {form.get('action')!r} hands our csrf_token to another site.")
        elif form.get("method", "get").lower() == "post" and not token and not elsewhere:
            faults.append(f"The form to {form.get('action')!r} carries no csrf_token.")
        sends_file = any(field.get("type") == "file" for field in fields.values())
        if sends_file and form.get("enctype") != "multipart/form-data":
            faults.append(f"The form to {form.get('action')!r} sends a file without multipart/form-data.")
    return faults


def _assets(root: Element) -> list[str]:
    faults: list[str] = []
    for name, attribute in ASSETS.items():
        for element in _all(root, name):
            address = urlsplit(element.get(attribute, ""))
            if address.scheme or address.netloc:
                faults.append(f"A {name} is fetched from elsewhere: {element.get(attribute)!r}.")
    faults += ["A style stands in the page." for _ in _all(root, "style")]
    # Linked data for search engines is data: no browser runs it, and the content security policy leaves it alone.
    scripts = [script for script in _all(root, "script") if script.get("type") != "application/ld+json"]
    return faults + ["A script stands in the page." for script in scripts if not script.get("src")]


def _handlers(root: Element) -> list[str]:
    return [
        f"The attribute {name} cannot stand under the content security policy."
        for element in root.iter()
        for name in element.attrib
        if name == "style" or name.startswith(("on", "hx-on"))
    ]


def _language(root: Element) -> list[str]:
    language, direction = root.get("lang", ""), root.get("dir", "")
    if language not in LANGUAGES:
        return [f"The page's language is {language!r}."]
    wanted = "rtl" if language in RIGHT_TO_LEFT else "ltr"
    return [] if direction == wanted else [f"The page runs {direction!r} but {language} runs {wanted}."]
