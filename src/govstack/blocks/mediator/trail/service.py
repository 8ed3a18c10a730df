"""Use cases of the audit trail (I31): auditors read all of it, a member's administrators what concerns the member."""

from __future__ import annotations

from dataclasses import dataclass, replace

from govstack.blocks.mediator.directory.model import ADMINISTER, Power
from govstack.blocks.mediator.explorer.model import reach
from govstack.blocks.mediator.trail import store
from govstack.blocks.mediator.trail.model import ENTRIES_SHOWN, Check, Wanted
from govstack.kernel import audit
from govstack.kernel.actor import Actor
from govstack.kernel.audit import Entry
from govstack.kernel.context import Context
from govstack.kernel.errors import Forbidden, NotFound, Unauthenticated
from govstack.kernel.i18n import _

AUDIT = "mediator:audit"


@dataclass(frozen=True, slots=True)
class Found:
    """A page of entries, newest first, and the number where an older page begins (0 at the end)."""

    entries: list[Entry]
    before: int


async def entries(context: Context, *, by: Actor, wanted: Wanted) -> Found:
    """Return a page of acts, newest first, refused ones too."""
    narrowed = replace(wanted, member=visible_member(by, wanted.member))
    async with context.database.reading(one_statement=True) as tx:
        found = await store.entries(tx, narrowed, limit=ENTRIES_SHOWN + 1)
    more = len(found) > ENTRIES_SHOWN
    return Found(found[:ENTRIES_SHOWN], found[ENTRIES_SHOWN - 1].number if more else 0)


async def entry(context: Context, *, by: Actor, number: int) -> Entry:
    """Return one act; raises NotFound for one that concerns somebody else."""
    member = visible_member(by, "")
    async with context.database.reading(one_statement=True) as tx:
        found = await store.entry(tx, number)
    if found is None or (member and not any(_concerns(found, own) for own in own_members(by))):
        raise NotFound(_("There is no such entry in the audit trail, or it does not concern you."))
    return found


async def check(context: Context, *, by: Actor) -> Check:
    """Check the chain of the whole trail, from its first entry to its last."""
    if not sees_everything(by):
        raise Forbidden if by.signed_in else Unauthenticated
    async with context.database.reading() as tx:
        broken = await audit.first_broken(tx)
        return Check(broken is None, await store.length(tx), broken or 0)


def sees_everything(by: Actor) -> bool:
    """Tell whether somebody may read the whole trail."""
    return by.kind == "system" or by.may(AUDIT) or by.may(ADMINISTER)


def own_members(by: Actor) -> list[str]:
    """Return the members whose acts somebody may read as their administrator."""
    return sorted(reach(by, *Power).members)


def visible_member(by: Actor, asked: str) -> str:
    """Return the member (CLASS/MEMBER) whose acts to show: any for auditors, else one of somebody's own."""
    if sees_everything(by):
        return asked
    own = own_members(by)
    if not own:
        raise Forbidden if by.signed_in else Unauthenticated
    return asked if asked in own else own[0]


def _concerns(found: Entry, member: str) -> bool:
    return found.subject == member or any(part.startswith(f"{member}/") for part in found.subject.split(" "))
