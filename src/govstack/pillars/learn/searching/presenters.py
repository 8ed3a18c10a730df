"""What the page of search shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Words
from govstack.pillars.learn.records.model import Kind
from govstack.pillars.learn.searching.model import Found
from govstack.pillars.learn.searching.service import EDITION


def entries(found: Iterable[Found], kinds: Mapping[str, Kind], words: Words) -> list[dict[str, object]]:
    """Return what was found with where it is and why it was found, in the reader's language."""
    return [
        {
            "title": one.title,
            "href": f"/{'library' if one.kind == EDITION else kinds[one.kind].plural}/{one.record_id}",
            "label": words(_("Published knowledge") if one.kind == EDITION else kinds[one.kind].label),
            "matched": words.listed(one.matched),
            "sentence": one.sentence,
            "nearness": round(one.nearness * 100),
        }
        for one in found
    ]
