"""What the form of a state does, whatever goes through the states."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from govstack.kernel.i18n import _
from govstack.kernel.routing import Call
from govstack.pillars.learn.frame.presenters import Words
from govstack.pillars.learn.stages.errors import ArtefactMissing, ArtefactsFull, StageLeft
from govstack.pillars.learn.stages.model import ARTEFACT_CHARACTERS_MAX
from govstack.pillars.learn.stages.schemas import onward


async def went_on(
    call: Call, *, add: Callable[..., Awaitable[Any]], advance: Callable[..., Awaitable[Any]]
) -> tuple[dict[str, str], str]:  # fmt: skip
    """Keep what a form says a state has brought forth, and go on where it says so.

    `add` takes `words` and `stage`, `advance` takes `to`. Returns what is wrong by field, and words that were refused.
    """
    words, said = Words(call.language), onward(call.form)
    if not said.words and not said.to:
        return {"words": words(_("Write what this state has brought forth, or where it lies."))}, ""
    if len(said.words) > ARTEFACT_CHARACTERS_MAX:
        return {"words": words(_("Write at most {number} characters."), number=ARTEFACT_CHARACTERS_MAX)}, said.words
    try:
        if said.words:
            await add(words=said.words, stage=said.at)
        if said.to:
            await advance(to=said.to)
    except (StageLeft, ArtefactsFull) as problem:
        return {"words": words(problem.title)}, said.words
    except ArtefactMissing as problem:
        return {"words": words(problem.title)}, ""
    return {}, ""
