"""What belongs to a community and is written by its facilitators, as far as it names the community."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from govstack.pillars.learn.knowing.communities.model import CHARTER
from govstack.pillars.learn.knowing.gatherings.model import GATHERING
from govstack.pillars.learn.knowing.knowledge.model import ITEM
from govstack.pillars.learn.records.model import Content, Kind

COMMUNITY_FIELD = "community"
OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Led:
    """A kind of record that facilitators write for their community.

    `left` are the fields that they are not asked for: which community it is for, and what other acts write. `for_all`
    says that every member reads such records, where others are for those who lead.
    """

    kind: Kind
    left: frozenset[str]
    for_all: bool = False

    @property
    def owned(self) -> bool:
        """Tell whether such a record has an owner, who is whoever begins it."""
        return OWNER in self.left


EVENT = Led(
    GATHERING,
    # What came of an event is asked for when it is closed.
    frozenset({COMMUNITY_FIELD, "recording", "summary", "actions", "knowledge", "noKnowledge"}),
    for_all=True,
)
OWN_CHARTER = Led(CHARTER, frozenset({COMMUNITY_FIELD}), for_all=True)
BEGUN = Led(ITEM, frozenset({COMMUNITY_FIELD, OWNER}))
WRITTEN = (EVENT, OWN_CHARTER, BEGUN)


def with_left(
    led: Led, given: Mapping[str, Any], before: Mapping[str, Any], *, community_id: str, owner: str
) -> Content:
    """Return what a record says when a facilitator writes it: what they are not asked for stays as it was."""
    content = {name: value for name, value in given.items() if name not in led.left}
    content |= {name: before[name] for name in led.left if name in before}
    if led.owned:
        content[OWNER] = owner
    return {**content, COMMUNITY_FIELD: community_id}
