"""Links as people make and meet them: the form, its answers in words, the QR code, the watermark and the records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

import segno
from markupsafe import Markup, escape

from govstack.blocks.registries.admission.model import Record
from govstack.blocks.registries.browsing.model import View
from govstack.blocks.registries.browsing.presenters import Shown as Value
from govstack.blocks.registries.browsing.presenters import filter_text, reference, shown
from govstack.blocks.registries.design.model import Classification, Path, Registry, pointer
from govstack.blocks.registries.frame.presenters import Cell, Words, name_label, path_label
from govstack.blocks.registries.sharing.errors import BadShare
from govstack.blocks.registries.sharing.model import (
    ANYONE,
    CONSENT_CHARACTERS_MAX,
    FIELDS_MAX,
    OPENINGS_MOST,
    RECORDS_MAX,
    ROLE,
    ROLE_PATTERN,
    SIGNED_IN,
    TITLE_CHARACTERS_MAX,
    Mode,
    Opening,
    Scope,
    Share,
    Wish,
    may_be_open,
)
from govstack.blocks.registries.sharing.service import Shown
from govstack.kernel import i18n
from govstack.kernel.i18n import _

Form = Mapping[str, str]
Errors = dict[str, str]
Lists = Mapping[str, Sequence[str]]
Option = tuple[str, ...]
QR_SCALE = 5
MARK_CHARACTERS_MAX = 55
INPUTS = {"filters": "which", "consentReference": "consent"}
MODES: Mapping[Mode, tuple[str, str]] = {
    Mode.VIEW: (_("Look only"), _("The records stand on a page with a watermark; there is no file to take")),
    Mode.DOWNLOAD: (_("Look, and take a copy"), _("The page offers the records as a file too")),
}
WAYS: Mapping[str, str] = {
    "view": _("Looked at"), "download": _("Took a copy"), "api": _("Took a copy by a system"),
}  # fmt: skip


def audiences(words: Words) -> list[Option]:
    """Return who a link can be for as choices."""
    return [
        (SIGNED_IN, words(_("Whoever is signed in and has the link"))),
        (ROLE, words(_("People with a role, signed in"))),
        (
            ANYONE,
            words(_("Anyone who has the link")),
            words(_("This is open data: only for fields that are not personal")),
        ),
    ]


def modes(words: Words) -> list[Option]:
    """Return what a link lets its holder do as choices."""
    return [(one.value, words(label), words(hint)) for one, (label, hint) in MODES.items()]


def fields(registry: Registry, paths: Sequence[Path], language: str) -> list[Option]:
    """Return the fields that can be shared as choices."""
    return [(pointer(path), path_label(registry, path, language)) for path in paths]


def records(words: Words, registry: Registry, found: Sequence[Record]) -> list[Option]:
    """Return records as choices, under what people know them by."""
    return [(one.uuid, words(_("Record {name}"), name=reference(registry, one))) for one in found]


def blank(days: int) -> dict[str, str]:
    """Return the form as it is first shown."""
    return {
        "title": "", "which": "all", "audience": SIGNED_IN, "role": "", "mode": Mode.VIEW.value,
        "days": str(min(7, days)), "openings": "", "consent": "", "open": "",
    }  # fmt: skip


def read(form: Form, lists: Lists, view: View) -> Wish:
    """Return the link that a form asks for."""
    some, audience = form.get("which") == "some", form.get("audience", "")
    scope = Scope(
        tuple(one for one in lists.get("fields", ()) if one),
        tuple(one for one in lists.get("records", ()) if one) if some else (),
        () if some else view.filters,
        "" if some else view.words,
    )
    mode = Mode(form["mode"]) if form.get("mode") in tuple(Mode) else Mode.VIEW
    return Wish(
        form.get("title", "").strip(),
        scope,
        audience + form.get("role", "").strip() if audience == ROLE else audience,
        mode,
        _whole(form.get("days", "")) or 0,
        _whole(form.get("openings", "")),
        form.get("consent", "").strip(),
        form.get("open") == "yes",
    )


def _whole(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def wrong(words: Words, form: Form, wish: Wish, registry: Registry, days_max: int) -> Errors:
    """Return what is wrong with the answers of a form, each beside its question."""
    errors: Errors = {}
    if not wish.title:
        errors["title"] = words(_("Enter what is shared, such as Certificate for the clinic"))
    elif len(wish.title) > TITLE_CHARACTERS_MAX:
        errors["title"] = words(_("Use at most {number} characters"), number=words.number(TITLE_CHARACTERS_MAX))
    if form.get("which") == "some" and not wish.scope.records:
        errors["records"] = words(_("Choose at least one record"))
    if not wish.scope.fields:
        errors["fields"] = words(_("Choose at least one field"))
    elif len(wish.scope.fields) > FIELDS_MAX:
        errors["fields"] = words(_("Choose at most {number} fields"), number=words.number(FIELDS_MAX))
    errors |= _wrong_audience(words, wish, registry)
    errors |= _wrong_limits(words, form, wish, days_max)
    if len(wish.consent_reference) > CONSENT_CHARACTERS_MAX:
        errors["consent"] = words(_("Use at most {number} characters"), number=words.number(CONSENT_CHARACTERS_MAX))
    return errors


def _wrong_audience(words: Words, wish: Wish, registry: Registry) -> Errors:
    if wish.audience.startswith(ROLE):
        fits = ROLE_PATTERN.fullmatch(wish.audience)
        return {} if fits else {"role": words(_("Enter the name of the role, without blanks"))}
    if wish.audience not in {ANYONE, SIGNED_IN}:
        return {"audience": words(_("Choose who may open it"))}
    if wish.audience == SIGNED_IN or may_be_open(registry, wish.scope.fields):
        return {}
    if registry.classification is Classification.CONFIDENTIAL:
        text = _("This registry is confidential, so a link cannot be for anyone. Choose people who are signed in")
        return {"audience": words(text)}
    personal = [name for name in wish.scope.fields if not may_be_open(registry, [name])]
    text = _(
        "Anyone may see only what is not personal. Choose people who are signed in, or leave out these fields: {fields}"
    )
    named = words.named([name_label(registry, name, words.language) for name in personal])
    return {"audience": words(text, fields=named)}


def _wrong_limits(words: Words, form: Form, wish: Wish, days_max: int) -> Errors:
    errors: Errors = {}
    text, least = _("Enter a number from {least} to {most}"), words.number(1)
    if not 1 <= wish.days <= days_max:
        errors["days"] = words(text, least=least, most=words.number(days_max))
    if form.get("openings", "").strip() and not 1 <= (wish.openings_max or 0) <= OPENINGS_MOST:
        errors["openings"] = words(text, least=least, most=words.number(OPENINGS_MOST))
    return errors


def refused(words: Words, problem: BadShare) -> Errors:
    """Return why the block does not make a link whose answers were whole, each reason beside its question."""
    said = {
        "fields": _("You may not share one of these fields any more. Choose them again"),
        "filters": _("The search no longer fits the registry. Choose single records, or start again from the list"),
        "records": _("Choose at most {number} records"),
        "consentReference": _("The person concerned does not hold to such a consent now, or the records are of others"),
    }
    most = words.number(RECORDS_MAX)
    errors = {INPUTS.get(name, name): words(said[name], number=most) for name in problem.fields if name in said}
    return errors or {"title": words.said(problem.detail)}


def told(words: Words, registry: Registry, wish: Wish) -> list[tuple[str, str]]:
    """Return a wanted link in words, part by part."""
    scope = wish.scope
    openings = words.number(wish.openings_max) if wish.openings_max else words(_("as often as wanted"))
    return [
        (words(_("Title")), wish.title),
        (words(_("Records")), which(words, registry, scope)),
        (words(_("Fields")), words.named([name_label(registry, name, words.language) for name in scope.fields])),
        (words(_("Who may open it")), who(words, wish.audience)),
        (words(_("What they may do")), words(MODES[wish.mode][0])),
        (words(_("Works for")), words.count("{count} day", "{count} days", wish.days)),
        (words(_("Opens")), openings),
        (words(_("Consent")), wish.consent_reference or words(_("Not stated"))),
    ]


def which(words: Words, registry: Registry, scope: Scope) -> str:
    """Return in words which records are shared."""
    if scope.records:
        return words.count("{count} chosen record", "{count} chosen records", len(scope.records))
    parts = [filter_text(words, registry, one.field, one.comparing, one.value) for one in scope.filters]
    parts += [f"“{scope.words}”"] if scope.words else []
    if not parts:
        return words(_("All records, as they are when the link is opened"))
    return words(_("Those where {conditions}, as they are when the link is opened"), conditions=words.named(parts))


def who(words: Words, audience: str) -> str:
    """Return in words whom a link is for."""
    if audience == ANYONE:
        return words(_("Anyone who has the link"))
    if audience == SIGNED_IN:
        return words(_("Whoever is signed in and has the link"))
    return words(_("People with the role {name}"), name=audience.removeprefix(ROLE))


def state(words: Words, share: Share, moment: str) -> Cell:
    """Return how a link stands."""
    if share.revoked_at:
        return {"status": words(_("Withdrawn")), "state": "bad"}
    if moment >= share.expires_at:
        return {"status": words(_("Expired")), "state": "off"}
    if not share.opens(moment):
        return {"status": words(_("Used up")), "state": "off"}
    return {"status": words(_("Works")), "state": "good"}


def rows(words: Words, found: Sequence[Share], codes: Mapping[int, str], moment: str) -> list[Sequence[Cell]]:
    """Return links as rows that lead to them."""
    return [
        (
            {
                "text": words(_("{number}: {title}"), number=str(one.number), title=one.title),
                "href": f"/shares/{one.id}",
            },
            codes.get(one.registry_id, "–"),
            who(words, one.audience),
            {"moment": one.expires_at},
            words.number(one.openings),
            state(words, one, moment),
        )
        for one in found
    ]


def openings(words: Words, found: Sequence[Opening]) -> list[Sequence[Cell]]:
    """Return openings of a link as rows."""
    return [
        ({"moment": one.at}, one.receiver_name or one.receiver, words(WAYS[one.mode]), words.number(one.records))
        for one in found
    ]


def qr(address: str, label: str) -> Markup:
    """Return an address as a QR code, drawn inside the page."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        scale=QR_SCALE, border=4, light="#fff", svgclass=None, lineclass=None
    )
    # The drawing is made of numbers alone; only the label comes from elsewhere.
    return Markup(drawn.replace("<svg ", f'<svg role="img" aria-label="{escape(label)}" ', 1))  # noqa: S704


def letter(words: Words, made: Share, address: str) -> str:
    """Return an address that opens a prepared e-mail in the sharer's own program."""
    subject = words(_("{name} shares: {title}"), name=made.creator.name or made.creator.id, title=made.title)
    day = i18n.format_datetime(words.language, made.expires_at, "medium")
    text = words(
        _("Open it here: {address}\n\nThe link works until {day}. Do not pass it on."), address=address, day=day
    )
    return f"mailto:?subject={quote(subject)}&body={quote(text)}"


def mark(words: Words, found: Shown) -> str:
    """Return what the watermark says: who looks, through which link, and when."""
    name = found.receiver.name if found.receiver.signed_in else ""
    moment = i18n.format_datetime(words.language, found.at, "medium")
    link = words(_("Link {number}"), number=str(found.share.number))
    return words(_(" · ")).join([*([name] if name else []), link, moment])


def watermark(text: str) -> Markup:
    """Return a watermark as a drawing across the page; its text stands beside the records too.

    A name that is too long is cut, never the link and the moment behind it.
    """
    name, sign, rest = text.partition(" · ")
    beyond = len(text) - MARK_CHARACTERS_MAX
    text = f"{name[: -beyond - 1]}…{sign}{rest}" if 0 < beyond < len(name) else text
    lines = Markup("").join(
        Markup(
            '<text x="{x}" y="{y}" transform="rotate(-3 {x} {y})" font-size="17" fill="#0b4a4b" fill-opacity="0.4">'
            "{text}</text>"
        ).format(x=x, y=y, text=text[:MARK_CHARACTERS_MAX])
        for x, y in ((10, 45), (510, 45), (250, 95))
    )
    frame = Markup('<svg viewBox="0 0 1000 110" width="100%" aria-hidden="true" focusable="false">{lines}</svg>')
    return frame.format(lines=lines)


def headers(found: Shown, language: str) -> list[str]:
    """Return what the columns of shared records are called."""
    return [path_label(found.registry, path, language) for path in found.fields]


def values(words: Words, found: Shown) -> list[list[Value]]:
    """Return shared records as rows of values."""
    known = [found.registry.by_path[path] for path in found.fields]
    return [[shown(words, one, value) for one, value in zip(known, row, strict=True)] for row in found.rows]
