"""How grades of tools are shown to those who have them."""

from __future__ import annotations

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Words
from govstack.pillars.learn.learning.grades.model import Grade


def shown(words: Words, grade: Grade | None) -> dict[str, object] | None:
    """Return a grade with where it stands, in words; nothing where no score came."""
    if grade is None:
        return None
    points = grade.result
    if points is None:
        text, sign = _("Not graded yet"), "wait"
    elif not grade.line.pass_percent:
        text, sign = _("Graded"), "good"
    else:
        text, sign = (_("Passed"), "good") if grade.passed else (_("Not passed yet"), "warn")
    said = ""
    if points is not None:
        given, most = (i18n.format_number(words.language, round(one, 2)) for one in (points, grade.line.maximum))
        said = words(_("{points} of {maximum}"), points=given, maximum=most)
    return {"points": said, "standing": words(text), "sign": sign, "comment": grade.comment, "at": grade.scored_at}
