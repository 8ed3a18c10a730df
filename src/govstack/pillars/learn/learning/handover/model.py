"""A course as a SCORM 2004 or cmi5 package."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from xml.etree.ElementTree import Element, SubElement, tostring

import msgspec

from govstack.pillars.learn.frame.model import writable
from govstack.pillars.learn.learning.courses.model import CoursePage, PageKind, Version, questions
from govstack.pillars.learn.learning.plainness.model import rendered
from govstack.pillars.learn.needs.items.model import LABEL_CHARACTERS_MAX, Item, Kind, Scoring, said
from govstack.pillars.learn.needs.tests.model import Test, shown

MADE_AT = (2020, 1, 1, 0, 0, 0)
CP, ADLCP = "http://www.imsglobal.org/xsd/imscp_v1p1", "http://www.adlnet.org/xsd/adlcp_v1p3"
CMI5 = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"
STYLE = (
    "body{font:1.1rem/1.6 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse}td,th{border:1px solid;padding:.3rem}a{color:#005ea5}"
)
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


IMSSS, LOM = "http://www.imsglobal.org/xsd/imsss", "http://ltsc.ieee.org/xsd/LOM"


class Standard(StrEnum):
    """The standard that a package keeps to."""

    SCORM_2004 = "scorm2004"
    CMI5 = "cmi5"


class Asked(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A question of a quiz or a test as it goes along; `right` is like that of an item, `part` scores in part."""

    id: str
    kind: Kind
    text: str
    options: tuple[tuple[str, str], ...] = ()
    targets: tuple[tuple[str, str], ...] = ()
    right: tuple[str, ...]
    feedback: str = ""
    points: int = 1
    part: bool = False
    case_matters: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """A test that goes along: its questions, and the share of points that passes it, from 0 to 1."""

    asked: tuple[Asked, ...]
    pass_share: float


class Stays(StrEnum):
    """Why a part of a course is a link in the package."""

    HIDDEN = "answers are not shown"
    PAIRED = "taken before and after"
    TIMED = "has a time limit"
    UNMADE = "has no form"
    SHUT = "is not open"
    PACKAGE = "package"
    TOOL = "tool"
    WORK = "work"


def stays(test: Test, items: Sequence[Item]) -> Stays | None:
    """Return why a test cannot move: whoever opens a package reads what is right in it, and no site keeps its time."""
    if not items:
        return Stays.UNMADE
    if test.open_part is None:
        return Stays.SHUT
    if test.paired:
        return Stays.PAIRED
    if not test.shows_answers:
        return Stays.HIDDEN
    return Stays.TIMED if test.minutes else None


def taken(test: Test, items: Sequence[Item], *, language: str) -> Taken:
    """Return a test as it goes along, in the language of the course where its items have that."""
    asked = []
    for item in items:
        mixed = shown(test.id, item)
        options, targets = (
            tuple((one.id, said(one.texts, language)) for one in choices) for choices in (mixed.options, mixed.targets)
        )
        asked.append(
            Asked(
                id=item.id, kind=item.kind, text=said(item.prompts, language), options=options, targets=targets,
                right=item.right, feedback=said(item.feedback, language) if item.feedback else "", points=item.points,
                part=item.scoring is Scoring.PART, case_matters=item.case_matters,
            )
        )  # fmt: skip
    return Taken(tuple(asked), test.pass_percent / 100)


def _of_quiz(body: str) -> tuple[Asked, ...]:
    return tuple(
        Asked(
            id=f"q{number}", kind=Kind.CHOICE if len(one.right) == 1 else Kind.MULTIPLE, text=one.text,
            options=tuple((f"o{place}", option) for place, option in enumerate(one.options)),
            right=tuple(f"o{place}" for place in one.right), feedback=one.feedback,
        )
        for number, one in enumerate(questions(body), start=1)
    )  # fmt: skip


def package(
    version: Version, standard: Standard, *, script: str, words: Mapping[str, str], address: str,
    tests: Mapping[str, Taken],
) -> bytes:  # fmt: skip
    """Return a version of a course as a package; the same version with the same tests is the same bytes.

    `script` tells a learning site how far its learner is, `words` are those of its buttons in the language of the
    course, `address` is where what cannot move stays, and `tests` are those that move, by the page of each.
    """
    files: dict[str, bytes] = {"course.js": script.encode(), "course.css": STYLE.encode()}
    for number, page in enumerate(version.pages, start=1):
        files[f"page-{number:03}.html"] = _page(version, page, words, address, tests.get(page.id)).encode()
    made = _scorm(version, files, tests) if standard is Standard.SCORM_2004 else _cmi5(version, tests)
    files["imsmanifest.xml" if standard is Standard.SCORM_2004 else "cmi5.xml"] = made
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, MADE_AT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return target.getvalue()


def _page(version: Version, page: CoursePage, words: Mapping[str, str], address: str, test: Taken | None) -> str:
    language = version.sheet.language
    direction = "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"
    title = html.escape(page.title)
    if page.kind is PageKind.QUIZ:
        body = _form(_of_quiz(page.body), words, "data-quiz")
    elif test:
        body = _form(test.asked, words, f'data-pass="{test.pass_share}"')
    else:
        # Classes are those of this site's own style, which does not move along.
        body = re.sub(r' class="[^"]*"', "", rendered(page.body))
        if page.kind is not PageKind.TEXT:
            away = page.reference if "://" in page.reference else f"{address}/courses/{version.course_id}"
            told = f"<p>{html.escape(words['work'])}</p>" if page.kind is PageKind.ASSIGNMENT else ""
            body += f'{told}<p><a href="{html.escape(away)}">{html.escape(words["open"])}</a></p>'
        body += f'<p><button type="button" data-done>{html.escape(words["done"])}</button></p>'
    return (
        f'<!DOCTYPE html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="course.css">'
        f'</head><body><h1>{title}</h1>{body}<script src="course.js"></script></body></html>'
    )


def _form(asked: Sequence[Asked], words: Mapping[str, str], how: str) -> str:
    parts = []
    for number, one in enumerate(asked):
        key = {"id": one.id, "kind": one.kind, "right": one.right, "points": one.points, "part": one.part,
               "caseMatters": one.case_matters}  # fmt: skip
        told = f"<p data-feedback hidden>{html.escape(one.feedback)}</p>" if one.feedback else ""
        parts.append(
            f'<fieldset data-asked="{html.escape(msgspec.json.encode(key).decode())}"><legend>'
            f"{html.escape(one.text).replace(chr(10), '<br>')}</legend>{_fields(one, f'q{number}', words)}"
            f'<output aria-live="polite" data-right="{html.escape(words["right"])}" '
            f'data-wrong="{html.escape(words["wrong"])}"></output>{told}</fieldset>'
        )
    return (
        f'<form {how}>{"".join(parts)}<button type="submit">{html.escape(words["check"])}</button>'
        f'<p data-result aria-live="polite" data-passed="{html.escape(words["passed"])}" '
        f'data-failed="{html.escape(words["failed"])}"></p></form>'
    )


def _fields(one: Asked, name: str, words: Mapping[str, str]) -> str:
    if one.kind is Kind.TEXT:
        label = html.escape(words["answer"])
        return f'<p><input type="text" name="{name}" maxlength="{LABEL_CHARACTERS_MAX}" aria-label="{label}"></p>'
    if one.kind in {Kind.CHOICE, Kind.MULTIPLE}:
        kind = "radio" if one.kind is Kind.CHOICE else "checkbox"
        return "".join(
            f'<p><label><input type="{kind}" name="{name}" value="{html.escape(option)}"> '
            f"{html.escape(text)}</label></p>"
            for option, text in one.options
        )
    places = [(str(place), str(place)) for place in range(1, len(one.options) + 1)]
    choices = "".join(
        f'<option value="{html.escape(value)}">{html.escape(text)}</option>'
        for value, text in (("", ""), *(one.targets if one.kind is Kind.MATCH else places))
    )
    return "".join(
        f'<p><label>{html.escape(text)} <select data-option="{html.escape(option)}">{choices}</select></label></p>'
        for option, text in one.options
    )


def _written(root: Element) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{writable(tostring(root, encoding="unicode"))}'.encode()


def _scorm(version: Version, files: Mapping[str, bytes], tests: Mapping[str, Taken]) -> bytes:
    root = Element("manifest", {
        "identifier": f"course-{version.course_id}-{version.version}", "version": str(version.version), "xmlns": CP,
        "xmlns:adlcp": ADLCP, "xmlns:imsss": IMSSS, "xmlns:lom": LOM,
    })  # fmt: skip
    metadata = SubElement(root, "metadata")
    SubElement(metadata, "schema").text = "ADL SCORM"
    SubElement(metadata, "schemaversion").text = "2004 4th Edition"
    general = SubElement(SubElement(metadata, "lom:lom"), "lom:general")
    _string(general, "title", version.sheet.title, version.sheet.language)
    SubElement(general, "lom:language").text = version.sheet.language
    if version.sheet.summary:
        _string(general, "description", version.sheet.summary, version.sheet.language)
    organisations = SubElement(root, "organizations", {"default": "course"})
    organisation = SubElement(organisations, "organization", {"identifier": "course"})
    SubElement(organisation, "title").text = version.sheet.title
    resources = SubElement(root, "resources")
    for number, page in enumerate(version.pages, start=1):
        item = SubElement(organisation, "item", {"identifier": f"item-{number}", "identifierref": f"page-{number}"})
        SubElement(item, "title").text = page.title
        if page.id in tests:
            objectives = SubElement(SubElement(item, "imsss:sequencing"), "imsss:objectives")
            objective = SubElement(objectives, "imsss:primaryObjective", {"satisfiedByMeasure": "true"})
            SubElement(objective, "imsss:minNormalizedMeasure").text = str(tests[page.id].pass_share)
        name = f"page-{number:03}.html"
        given = {"identifier": f"page-{number}", "type": "webcontent", "adlcp:scormType": "sco", "href": name}
        resource = SubElement(resources, "resource", given)
        for needed in (name, *(known for known in sorted(files) if known.startswith("course."))):
            SubElement(resource, "file", {"href": needed})
    return _written(root)


def _string(above: Element, name: str, text: str, language: str) -> None:
    SubElement(SubElement(above, f"lom:{name}"), "lom:string", {"language": language}).text = text


def _cmi5(version: Version, tests: Mapping[str, Taken]) -> bytes:
    language = version.sheet.language
    root = Element("courseStructure", {"xmlns": CMI5})
    course = SubElement(root, "course", {"id": f"urn:govstack:course:{version.course_id}:{version.version}"})
    _told(course, version.sheet.title, version.sheet.summary or version.sheet.title, language)
    for number, page in enumerate(version.pages, start=1):
        unit = SubElement(root, "au", {
            "id": f"urn:govstack:course:{version.course_id}:{version.version}:{page.id}",
            "moveOn": "CompletedAndPassed" if page.id in tests else "Completed", "launchMethod": "AnyWindow",
            **({"masteryScore": str(tests[page.id].pass_share)} if page.id in tests else {}),
        })  # fmt: skip
        _told(unit, page.title, page.title, language)
        SubElement(unit, "url").text = f"page-{number:03}.html"
    return _written(root)


def _told(above: Element, title: str, words: str, language: str) -> None:
    for name, text in (("title", title), ("description", words)):
        SubElement(SubElement(above, name), "langstring", {"lang": language}).text = text
