"""A course as a SCORM 2004 or cmi5 package."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Mapping
from enum import StrEnum
from xml.etree.ElementTree import Element, SubElement, tostring

from govstack.pillars.learn.frame.model import writable
from govstack.pillars.learn.learning.courses.model import CoursePage, PageKind, Version, questions
from govstack.pillars.learn.learning.plainness.model import rendered

MADE_AT = (2020, 1, 1, 0, 0, 0)
CP, ADLCP = "http://www.imsglobal.org/xsd/imscp_v1p1", "http://www.adlnet.org/xsd/adlcp_v1p3"
CMI5 = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"
STYLE = (
    "body{font:1.1rem/1.6 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse}td,th{border:1px solid;padding:.3rem}a{color:#005ea5}"
)
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


class Standard(StrEnum):
    """The standard that a package keeps to."""

    SCORM_2004 = "scorm2004"
    CMI5 = "cmi5"


def package(version: Version, standard: Standard, *, script: str, words: Mapping[str, str], address: str) -> bytes:
    """Return a version of a course as a package; the same version is the same bytes.

    `script` tells a learning site how far its learner is, `words` are those of its buttons in the language of the
    course, `address` is where packages and tests stay that cannot move with it.
    """
    files: dict[str, bytes] = {"course.js": script.encode(), "course.css": STYLE.encode()}
    for number, page in enumerate(version.pages, start=1):
        files[f"page-{number:03}.html"] = _page(version, page, words, address).encode()
    made = _scorm(version, files) if standard is Standard.SCORM_2004 else _cmi5(version)
    files["imsmanifest.xml" if standard is Standard.SCORM_2004 else "cmi5.xml"] = made
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, MADE_AT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return target.getvalue()


def _page(version: Version, page: CoursePage, words: Mapping[str, str], address: str) -> str:
    language = version.sheet.language
    direction = "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"
    title = html.escape(page.title)
    if page.kind is PageKind.QUIZ:
        body = _quiz(page, words)
    else:
        # Classes are those of this site's own style, which does not move along.
        body = re.sub(r' class="[^"]*"', "", rendered(page.body))
        if page.kind is not PageKind.TEXT:
            away = page.reference if "://" in page.reference else f"{address}/courses/{version.course_id}"
            body += f'<p><a href="{html.escape(away)}">{html.escape(words["open"])}</a></p>'
        body += f'<p><button type="button" data-done>{html.escape(words["done"])}</button></p>'
    return (
        f'<!DOCTYPE html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="course.css">'
        f'</head><body><h1>{title}</h1>{body}<script src="course.js"></script></body></html>'
    )


def _quiz(page: CoursePage, words: Mapping[str, str]) -> str:
    parts = []
    for number, asked in enumerate(questions(page.body)):
        kind = "radio" if len(asked.right) == 1 else "checkbox"
        boxes = "".join(
            f'<p><label><input type="{kind}" name="q{number}" data-right="{int(place in asked.right)}"> '
            f"{html.escape(option)}</label></p>"
            for place, option in enumerate(asked.options)
        )
        parts.append(f"<fieldset><legend>{html.escape(asked.text)}</legend>{boxes}<output></output></fieldset>")
    return f'<form data-quiz>{"".join(parts)}<button type="submit">{html.escape(words["check"])}</button></form>'


def _written(root: Element) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{writable(tostring(root, encoding="unicode"))}'.encode()


def _scorm(version: Version, files: Mapping[str, bytes]) -> bytes:
    root = Element("manifest", {
        "identifier": f"course-{version.course_id}-{version.version}", "version": str(version.version), "xmlns": CP,
        "xmlns:adlcp": ADLCP, "xml:base": "",
    })  # fmt: skip
    del root.attrib["xml:base"]
    metadata = SubElement(root, "metadata")
    SubElement(metadata, "schema").text = "ADL SCORM"
    SubElement(metadata, "schemaversion").text = "2004 4th Edition"
    organisations = SubElement(root, "organizations", {"default": "course"})
    organisation = SubElement(organisations, "organization", {"identifier": "course"})
    SubElement(organisation, "title").text = version.sheet.title
    resources = SubElement(root, "resources")
    for number, page in enumerate(version.pages, start=1):
        item = SubElement(organisation, "item", {"identifier": f"item-{number}", "identifierref": f"page-{number}"})
        SubElement(item, "title").text = page.title
        name = f"page-{number:03}.html"
        given = {"identifier": f"page-{number}", "type": "webcontent", "adlcp:scormType": "sco", "href": name}
        resource = SubElement(resources, "resource", given)
        for needed in (name, *(known for known in sorted(files) if known.startswith("course."))):
            SubElement(resource, "file", {"href": needed})
    return _written(root)


def _cmi5(version: Version) -> bytes:
    language = version.sheet.language
    root = Element("courseStructure", {"xmlns": CMI5})
    course = SubElement(root, "course", {"id": f"urn:govstack:course:{version.course_id}:{version.version}"})
    _told(course, version.sheet.title, version.sheet.summary or version.sheet.title, language)
    for number, page in enumerate(version.pages, start=1):
        unit = SubElement(root, "au", {
            "id": f"urn:govstack:course:{version.course_id}:{version.version}:{page.id}",
            "moveOn": "Completed", "launchMethod": "AnyWindow",
        })  # fmt: skip
        _told(unit, page.title, page.title, language)
        SubElement(unit, "url").text = f"page-{number:03}.html"
    return _written(root)


def _told(above: Element, title: str, words: str, language: str) -> None:
    for name, text in (("title", title), ("description", words)):
        SubElement(SubElement(above, name), "langstring", {"lang": language}).text = text
