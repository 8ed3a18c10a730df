"""What the pages of certificates show, and certificates drawn as PDF.

What draws is imported inside the function that draws: it takes much memory, and most processes never draw.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from govstack.kernel import clock, i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words
from govstack.pillars.learn.learning.achievements.model import told
from govstack.pillars.learn.learning.badges.model import Shown
from govstack.pillars.learn.learning.badges.presenters import competency, day
from govstack.pillars.learn.learning.certificates.model import Certificate, Scheme, Sheet, State
from govstack.pillars.learn.people.model import Person
from govstack.web import fonts

if TYPE_CHECKING:
    from fpdf import FPDF

SAID: Mapping[State, str] = {
    State.DECLARED: _("Self-declared"),
    State.VERIFIED: _("Verified"),
    State.REFUSED: _("Could not be verified"),
}
COLOURS: Mapping[State, str] = {State.DECLARED: "wait", State.VERIFIED: "good", State.REFUSED: "bad"}
OTHER = _("Another one")
WIDTH, MARGIN, CODE_SIDE = 297.0, 24.0, 38.0
POINTS_MIN = 8.0


def state(words: Words, one: Certificate) -> Cell:
    """Return whether anybody vouches for a certificate."""
    return {"status": words(SAID[one.state]), "state": COLOURS[one.state]}


def rows(words: Words, found: Iterable[Certificate]) -> list[tuple[Cell, ...]]:
    """Return a table of somebody's own certificates."""
    today = clock.today()
    return [
        (
            {"text": one.stated.title, "href": f"/certificates/{one.id}"},
            one.stated.issuer,
            day(words.language, one.stated.issued_on),
            {"status": words(_("Expired")), "state": "off"}
            if one.expired(today)
            else day(words.language, one.stated.expires_on),
            state(words, one),
        )
        for one in found
    ]


def waiting(words: Words, found: Iterable[tuple[Certificate, Person | None]]) -> list[tuple[Cell, ...]]:
    """Return a table of certificates that wait for a review."""
    return [
        (
            {"text": one.stated.title, "href": f"/certificates/{one.id}"},
            one.stated.issuer,
            person.name if person else one.person_id,
            day(words.language, one.stated.issued_on),
        )
        for one, person in found
    ]


def facts(words: Words, one: Certificate) -> list[tuple[str, str]]:
    """Return what is said of a certificate."""
    said = one.stated
    found = [
        (words(_("State")), words(SAID[one.state])),
        (words(_("Reason")), one.reason),
        (words(_("Scheme")), words(OTHER) if said.scheme is Scheme.OTHER else said.scheme.value),
        (words(_("Title")), said.title),
        (words(_("Issuer")), said.issuer),
        (words(_("Number of the certificate")), said.number),
        (words(_("Link")), said.link),
        (words(_("Issued on")), day(words.language, said.issued_on)),
        (words(_("Valid until")), day(words.language, said.expires_on)),
    ]
    return [(label, value) for label, value in found if value]


def schemes(words: Words) -> list[tuple[str, str]]:
    """Return whose certificates are known by name."""
    return [(one.value, words(OTHER) if one is Scheme.OTHER else one.value) for one in Scheme]


def sheet(words: Words, one: Shown, *, issuer: str, public_url: str) -> Sheet:
    """Return what stands on the certificate of a badge."""
    language = words.language
    lines = [
        competency(words, one.achievement),
        told(one.achievement.criteria, language),
        words(_("Issued on {day}"), day=day(language, one.badge.issued_at)),
        words(_("Valid until {day}"), day=day(language, one.badge.expires_at)) if one.badge.expires_at else "",
    ]
    return Sheet(
        language=language,
        heading=words(_("Certificate")),
        holder=one.badge.content.name,
        sentence=words(_("has earned the badge")),
        title=told(one.achievement.names, language),
        lines=[line for line in lines if line],
        issuer=issuer,
        check_words=words(_("Read the code, or open the address, to see whether this certificate still counts.")),
        check_url=f"{public_url}/verify/{one.badge.code}",
    )


def pdf(one: Sheet) -> bytes:
    """Draw a certificate on one page of A4, right to left where its language runs so."""
    import segno
    from fpdf import FPDF, ViewerPreferences
    from fpdf.enums import Align

    rightwards = i18n.direction(one.language) == "rtl"
    drawn = FPDF(orientation="L", unit="mm", format="A4")
    drawn.set_auto_page_break(False)
    drawn.set_title(f"{one.heading}: {one.title}")
    drawn.set_lang(one.language)
    drawn.set_creator("GovStack GovLearn")
    drawn.set_creation_date(clock.now())
    drawn.viewer_preferences = ViewerPreferences(display_doc_title=True)
    text = "".join([one.heading, one.holder, one.sentence, one.title, *one.lines, one.issuer, one.check_words])
    scripts = fonts.scripts_of(text)
    for script, style, path in fonts.files(scripts):
        drawn.add_font(_family(script), style, path)
    drawn.set_fallback_fonts([_family(script) for script in scripts[1:]], exact_match=False)
    drawn.set_text_shaping(use_shaping_engine=True, direction="rtl" if rightwards else "ltr")
    drawn.add_page()
    drawn.start_section(one.heading)
    drawn.set_draw_color(11, 74, 75)
    drawn.set_line_width(1.2)
    drawn.rect(10, 10, WIDTH - 20, 190)
    at = 30.0
    written = [(one.heading, 30.0, "B"), (one.holder, 24.0, "B"), (one.sentence, 14.0, ""), (one.title, 22.0, "B")]
    for line, points, style in [*written, *((line, 12.0, "") for line in one.lines)]:
        _line(drawn, line, at, points=points, style=style, align=Align.C)
        at += points * 0.72
    code = io.BytesIO()
    segno.make(one.check_url, error="m", micro=False).save(code, kind="png", scale=8, border=2)
    code.seek(0)
    x = MARGIN - 6 if not rightwards else WIDTH - MARGIN - CODE_SIDE + 6
    drawn.image(code, x=x, y=152, w=CODE_SIDE, h=CODE_SIDE, alt_text=one.check_words)
    side = Align.R if rightwards else Align.L
    _line(drawn, one.issuer, 160, points=14, style="B", align=side, taken=CODE_SIDE, rightwards=rightwards)
    _line(drawn, one.check_words, 170, points=10, style="", align=side, taken=CODE_SIDE, rightwards=rightwards)
    _line(drawn, one.check_url, 177, points=10, style="", align=side, taken=CODE_SIDE, rightwards=rightwards)
    return bytes(drawn.output())


def _line(
    drawn: FPDF, text: str, at: float, *, points: float, style: str, align: object, taken: float = 0.0,
    rightwards: bool = False,
) -> None:  # fmt: skip
    """Write one line; what is too long is drawn smaller, down to a limit, and then cut."""
    width = WIDTH - 2 * MARGIN - taken
    drawn.set_font(fonts.FAMILY, style, points)
    while drawn.get_string_width(text) > width and drawn.font_size_pt > POINTS_MIN:
        drawn.set_font_size(drawn.font_size_pt - 0.5)
    while drawn.get_string_width(text) > width and len(text) > 1:
        text = f"{text[:-2]}…"
    drawn.set_xy(MARGIN + (0.0 if rightwards else taken), at)
    drawn.cell(width, 6, text, align=align)  # type: ignore[arg-type]


def _family(script: str) -> str:
    return fonts.FAMILY if script == fonts.SCRIPTS[0] else f"{fonts.FAMILY} {script}"
