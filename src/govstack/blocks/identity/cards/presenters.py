"""Draws cards as PDF: letters joined and run in their direction, a title, a language, words for pictures.

Imported inside the functions that draw, and nowhere else: what draws takes as much memory as a third of the process,
and most processes never draw.
"""

from __future__ import annotations

import io
from collections.abc import Mapping

from fpdf import FPDF
from fpdf.enums import Align

from govstack.blocks.identity.cards.errors import UnsafeHtml
from govstack.blocks.identity.cards.model import Block, Card, Html, Row, picture
from govstack.blocks.identity.credentials.model import Kind, Shown, grouped
from govstack.blocks.identity.credentials.presenters import day, label, value
from govstack.blocks.identity.frame.presenters import Words
from govstack.kernel import clock, i18n
from govstack.kernel.i18n import _
from govstack.web import fonts
from govstack.web.pdf import UNDRAWABLE, close_fonts, code, document

# A card of the size that ISO/IEC 7810 calls ID-1, in millimetres.
WIDTH, HEIGHT = 85.6, 53.98
MARGIN, PICTURE_WIDTH, CODE_SIDE, TOP = 4.0, 20.0, 36.0, 14.0
FULL = WIDTH - 2 * MARGIN
POINTS_MIN = 4
PAGES_MAX = 50
CREATOR = "GovStack Identity"
TEXT_POINTS = 11
_HEADINGS = {"h1": 22, "h2": 18, "h3": 14, "h4": 12, "h5": 11, "h6": 10}
_ALIGNMENTS = {"left": Align.L, "center": Align.C, "right": Align.R}


class _Side:
    """One side of a card, written from the edge where its language begins."""

    def __init__(self, pdf: FPDF, *, rightwards: bool) -> None:
        self._pdf, self._rightwards = pdf, rightwards

    def line(self, text: str, at: float, *, points: float, bold: bool = False, taken: float = 0.0) -> None:
        """Write one line; what is too long is drawn smaller, down to a limit, and then cut. `taken` is left free."""
        pdf, width = self._pdf, FULL - taken
        pdf.set_font(fonts.FAMILY, "B" if bold else "", points)
        while pdf.get_string_width(text) > width and pdf.font_size_pt > POINTS_MIN:
            pdf.set_font_size(pdf.font_size_pt - 0.5)
        while pdf.get_string_width(text) > width and len(text) > 1:
            text = f"{text[:-2]}…"
        pdf.set_xy(MARGIN + (0.0 if self._rightwards else taken), at)
        pdf.cell(width, 3.5, text, align=Align.R if self._rightwards else Align.L)

    def picture(self, content: bytes, words: str) -> float:
        """Draw the person's picture at the edge and return the width it takes: none where it is damaged."""
        x = WIDTH - MARGIN - PICTURE_WIDTH if self._rightwards else MARGIN
        try:
            self._pdf.image(
                io.BytesIO(content), x=x, y=TOP, w=PICTURE_WIDTH, h=PICTURE_WIDTH * 1.28, keep_aspect_ratio=True,
                alt_text=words,
            )  # fmt: skip
        except UNDRAWABLE:
            return 0.0
        return PICTURE_WIDTH + 3


def rows(words: Words, claims: Mapping[str, str], *, issued_at: str, expires_at: str) -> list[Row]:
    """Return the lines of a card; the parts of a name are left out where the whole stands."""
    shown = [name for name in claims if name.partition("#")[0] not in {"picture", "address"}]
    if "name" in claims:
        shown = [name for name in shown if name.partition("#")[0] not in {"given_name", "family_name", "middle_name"}]
    made = [Row(label(words, name), value(words, name, claims[name])) for name in shown]
    made.append(Row(words(_("Issued on")), day(words.language, issued_at or clock.timestamp())))
    return [*made, Row(words(_("Valid until")), day(words.language, expires_at))] if expires_at else made


def card_of(shown: Shown, kind: Kind | None, *, check_url: str) -> Card:
    """Return what stands on the card of a credential, in the credential's language."""
    one, claims = shown.credential, shown.content.claims
    words = Words(one.language)
    return Card(
        title=kind.title(one.language) if kind else words(_("Identity card")),
        issuer=check_url.partition("://")[2].partition("/check/")[0],
        language=one.language,
        rows=rows(words, claims, issued_at=one.issued_at, expires_at=one.expires_at),
        number=grouped(one.number),
        check_url=check_url,
        check_words=words(_("Read the code to see whether this card is valid.")),
        code_words=words(_("Code to check this card")),
        picture_words=words(_("Photograph")),
        picture=picture(claims.get("picture", "")),
    )


def card_pdf(card: Card) -> bytes:
    """Draw a card: the person's data in front, the code on the back."""
    pdf = document(card.title, card.language, text=_text(card), creator=CREATOR, size=(HEIGHT, WIDTH), orientation="L")
    side = _Side(pdf, rightwards=i18n.direction(card.language) == "rtl")
    pdf.start_section(card.title)
    _front(side, card)
    pdf.add_page()
    pdf.start_section(card.code_words)
    picture_of_code = code(card.check_url)
    pdf.image(picture_of_code, x=(WIDTH - CODE_SIDE) / 2, y=MARGIN, w=CODE_SIDE, h=CODE_SIDE, alt_text=card.code_words)
    pdf.set_font(fonts.FAMILY, "", 6)
    pdf.set_xy(MARGIN, MARGIN + CODE_SIDE + 2)
    pdf.multi_cell(FULL, 3, card.check_words, align=Align.C)
    return bytes(pdf.output())


def _front(side: _Side, card: Card) -> None:
    side.line(card.title, MARGIN, points=9, bold=True)
    side.line(card.issuer, MARGIN + 4.5, points=6)
    taken = side.picture(card.picture, card.picture_words) if card.picture else 0.0
    room = (HEIGHT - MARGIN - 6 - TOP) / max(len(card.rows), 1)
    at = TOP
    for row in card.rows:
        side.line(row.label, at, points=5, taken=taken)
        side.line(row.value, at + min(2.7, room * 0.5), points=min(8, max(5, room * 1.2)), bold=True, taken=taken)
        at += min(room, 6.2)
    side.line(card.number, HEIGHT - MARGIN - 4, points=9, bold=True)


def html_pdf(html: Html, *, language: str, title: str) -> bytes:
    """Draw the safe HTML of a card; raises UnsafeHtml for what the library cannot draw, or cannot draw on few pages."""
    pdf = document(html.title or title, language, text=html.text + title, creator=CREATOR)
    pdf.set_font(fonts.FAMILY, "", TEXT_POINTS)
    try:
        for block in html.blocks:
            _block(pdf, block)
        if pdf.pages_count > PAGES_MAX:
            raise UnsafeHtml
        return bytes(pdf.output())
    except UNDRAWABLE as error:
        raise UnsafeHtml from error
    finally:
        close_fonts(pdf)


def _block(pdf: FPDF, block: Block) -> None:
    # The library draws HTML word by word and takes the direction of one block over to the next: shaping begins anew
    # with each, and blocks that run from right to left are drawn line by line, where it puts words in their order.
    pdf.set_text_shaping(use_shaping_engine=True)
    if block.tag == "table" or not block.right_to_left:
        pdf.write_html(block.html, font_family=fonts.FAMILY)
        return
    heading = _HEADINGS.get(block.tag)
    pdf.set_font(fonts.FAMILY, "B" if heading else "", heading or TEXT_POINTS)
    align = _ALIGNMENTS.get(block.align, Align.R if block.begins_right else Align.L)
    for line in block.lines:
        text = f"• {line}" if block.tag in {"ul", "ol"} else line
        pdf.multi_cell(0, pdf.font_size * 1.5, text, align=align, new_x="LMARGIN", new_y="NEXT")
    pdf.set_font(fonts.FAMILY, "", TEXT_POINTS)
    pdf.ln(2)
    for drawn in block.pictures:
        pdf.write_html(drawn, font_family=fonts.FAMILY)


def _text(card: Card) -> str:
    said = [card.title, card.issuer, card.number, card.check_words]
    return "".join([*said, *(row.label + row.value for row in card.rows)])
