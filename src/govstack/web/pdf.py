"""Begins and ends PDF: letters joined and run in their direction, a title, a language, codes that a phone reads.

Imported inside the functions that draw, and nowhere else: what draws takes as much memory as a third of the process,
and most processes never draw.
"""

from __future__ import annotations

import io
from typing import Literal

import segno
from fpdf import FPDF, FPDFException, ViewerPreferences
from fpdf.fonts import TTFFont

from govstack.kernel import clock
from govstack.web import fonts

# What the library raises at pictures that are damaged and at HTML in an order that it does not expect.
UNDRAWABLE = (
    FPDFException, ValueError, NotImplementedError, OSError, LookupError, AssertionError, TypeError, AttributeError,
    SyntaxError,
)  # fmt: skip
MARGIN_BELOW_MM = 15


def document(
    title: str,
    language: str,
    *,
    text: str,
    creator: str,
    size: str | tuple[float, float] = "A4",
    orientation: Literal["L", "P"] = "P",
) -> FPDF:
    """Begin a document with the letters that a text needs; raises Unavailable when the assets are not built."""
    pdf = FPDF(orientation=orientation, unit="mm", format=size)
    pdf.set_auto_page_break(size == "A4", MARGIN_BELOW_MM)
    pdf.set_title(title)
    pdf.set_lang(language)
    pdf.set_creator(creator)
    pdf.set_creation_date(clock.now())
    pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
    scripts = fonts.scripts_of(text)
    for script, style, path in fonts.files(scripts):
        pdf.add_font(_family(script), style, path)
    pdf.set_fallback_fonts([_family(script) for script in scripts[1:]], exact_match=False)
    pdf.set_text_shaping(use_shaping_engine=True)
    pdf.add_page()
    return pdf


def close_fonts(pdf: FPDF) -> None:
    """Close the files of a document's fonts, which the library leaves open when it does not come to its end."""
    for font in pdf.fonts.values():
        if isinstance(font, TTFFont):
            font.ttfont.close()


def code(url: str) -> io.BytesIO:
    """Return an address as a QR code in PNG."""
    drawn = io.BytesIO()
    segno.make(url, error="m", micro=False).save(drawn, kind="png", scale=8, border=2)
    drawn.seek(0)
    return drawn


def _family(script: str) -> str:
    return fonts.FAMILY if script == fonts.SCRIPTS[0] else f"{fonts.FAMILY} {script}"
