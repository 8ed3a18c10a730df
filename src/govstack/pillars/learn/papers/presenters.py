"""Draws papers. The libraries that draw are imported where they are used: most processes never draw."""

from __future__ import annotations

import io
from typing import Any

from govstack.kernel import i18n
from govstack.kernel.books import Book
from govstack.pillars.learn.frame.model import writable
from govstack.pillars.learn.papers.model import Content, Facts, Grid, Paper

CREATOR = "GovStack GovLearn"
TITLE_POINTS, HEADING_POINTS, TEXT_POINTS, CELL_POINTS = 20, 14, 11, 9


def drawn(content: Content, paper: Paper) -> bytes:
    """Return a paper as a file; raises Unavailable where the letters for PDF were not built."""
    return {Paper.DOCX: _docx, Paper.XLSX: _xlsx, Paper.PDF: _pdf}[paper](_cleared(content))


def _cleared(content: Content) -> Content:
    """Return a paper without what somebody typed or pasted that no document can hold."""
    parts: list[Facts | Grid] = []
    for part in content.parts:
        if isinstance(part, Facts):
            parts.append(Facts(writable(part.heading), [(writable(one), writable(text)) for one, text in part.rows]))
            continue
        rows = [[writable(cell) if isinstance(cell, str) else cell for cell in row] for row in part.rows]
        parts.append(Grid(writable(part.heading), [writable(one) for one in part.headers], rows))
    return Content(writable(content.title), content.language, writable(content.lead), parts)


def _docx(content: Content) -> bytes:
    from docx import Document
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    document: Any = Document()
    rightwards = i18n.direction(content.language) == "rtl"
    document.core_properties.title, document.core_properties.language = content.title, content.language
    document.core_properties.author = CREATOR
    document.add_heading(content.title, level=0)
    document.add_paragraph(content.lead)
    for part in content.parts:
        document.add_heading(part.heading, level=1)
        if isinstance(part, Facts):
            for label, text in part.rows:
                document.add_heading(label, level=2)
                document.add_paragraph(text)
            continue
        table = document.add_table(rows=1, cols=len(part.headers), style="Light Grid Accent 1")
        for cell, header in zip(table.rows[0].cells, part.headers, strict=True):
            cell.text = header
        repeat = OxmlElement("w:tblHeader")
        repeat.set(qn("w:val"), "true")
        table.rows[0]._tr.get_or_add_trPr().append(repeat)  # noqa: SLF001 - the library offers no other way
        for row in part.rows:
            for cell, value in zip(table.add_row().cells, row, strict=True):
                cell.text = str(value)
    if rightwards:
        for paragraph in document.element.body.iter(qn("w:pPr")):
            paragraph.append(OxmlElement("w:bidi"))
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _xlsx(content: Content) -> bytes:
    """Write each part below the one before; a reader sees the whole paper in one sheet."""
    width = max((len(part.headers) if isinstance(part, Grid) else 2 for part in content.parts), default=2)
    book = Book([content.title, *("" for _ in range(width - 1))])
    book.add([content.lead])
    for part in content.parts:
        book.add([])
        book.add([part.heading])
        if isinstance(part, Facts):
            for row in part.rows:
                book.add(row)
        else:
            book.add(part.headers)
            for cells in part.rows:
                book.add(cells)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _pdf(content: Content) -> bytes:
    from govstack.web import fonts
    from govstack.web.pdf import close_fonts, document

    pdf = document(content.title, content.language, text=_text(content), creator=CREATOR)
    align = "R" if i18n.direction(content.language) == "rtl" else "L"

    def write(text: str, points: int, *, bold: bool = False) -> None:
        pdf.set_font(fonts.FAMILY, "B" if bold else "", points)
        pdf.multi_cell(0, pdf.font_size * 1.4, text, align=align, new_x="LMARGIN", new_y="NEXT")

    try:
        pdf.start_section(content.title)
        write(content.title, TITLE_POINTS, bold=True)
        write(content.lead, TEXT_POINTS)
        for part in content.parts:
            pdf.ln(4)
            pdf.start_section(part.heading, level=1)
            write(part.heading, HEADING_POINTS, bold=True)
            if isinstance(part, Facts):
                for label, text in part.rows:
                    write(label, TEXT_POINTS, bold=True)
                    write(text, TEXT_POINTS)
            else:
                _table(pdf, part, align, fonts.FAMILY)
        return bytes(pdf.output())
    finally:
        close_fonts(pdf)


def _table(pdf: Any, part: Grid, align: str, family: str) -> None:
    """Draw a table; languages that run from right to left have the first column at the right."""
    pdf.set_font(family, "", CELL_POINTS)
    turned = align == "R"
    with pdf.table(text_align="RIGHT" if turned else "LEFT", line_height=pdf.font_size * 1.5) as table:
        for cells in (part.headers, *part.rows):
            row = table.row()
            for cell in reversed(cells) if turned else cells:
                row.cell(str(cell))


def _text(content: Content) -> str:
    said = [content.title, content.lead]
    for part in content.parts:
        said.append(part.heading)
        rows = part.rows if isinstance(part, Facts) else [part.headers, *part.rows]
        said += [str(cell) for row in rows for cell in row]
    return "".join(said)
