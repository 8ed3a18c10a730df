"""Use cases of taking along: everything of one's own, signed or as rows, and the whole register as rows."""

from __future__ import annotations

from collections.abc import Sequence

from govstack.kernel import audit, clock, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.pillars.learn.learning.achievements.model import told
from govstack.pillars.learn.learning.badges import service as badges
from govstack.pillars.learn.learning.badges.model import Issuer, Shown, State
from govstack.pillars.learn.learning.certificates import service as certificates
from govstack.pillars.learn.learning.certificates.model import Certificate
from govstack.pillars.learn.learning.transcripts import model
from govstack.pillars.learn.learning.transcripts.errors import NothingEarned
from govstack.pillars.learn.learning.transcripts.model import Held
from govstack.pillars.learn.people import service as people

BYTE_ORDER_MARK = "\ufeff"
PAGE_BADGES = 500
REGISTER_MAX = 100_000
_PROOF = "record-proof"
Row = Sequence[str | int]


async def held(context: Context, *, by: Actor) -> Held:
    """Return what whoever signed in can take along; the proof of a record is that of the newest badge in it."""
    person = await people.me(context, by=by)
    found = [one for one in await badges.mine(context, by=by) if one.badge.token]
    counting = [one for one in found if one.standing is not State.REVOKED]
    salt = counting[0].badge.content.salt if counting else context.keys.fingerprint(_PROOF, person.id)
    return Held(counting, await certificates.mine(context, by=by), len(found) - len(counting), salt)


async def record(context: Context, *, by: Actor, name: str) -> str:
    """Return everything that whoever signed in has earned as one signed credential; raises NothingEarned.

    What was revoked is not in it. Of a certificate from elsewhere we sign that it was checked, never that we issued it;
    one that nobody has checked is named in the record as its holder's own word.
    """
    person, issuer = await people.me(context, by=by), badges.issuer(context)
    own = await held(context, by=by)
    if not own.signable:
        raise NothingEarned
    identity = person.number or person.id
    checks = [
        badges.signed(context, model.checked(issuer, one, identity=identity, salt=own.salt)) for one in own.verified
    ]
    claims = model.record(
        issuer, record_id=ids.new_id(), name=name, identity=identity, salt=own.salt,
        tokens=[*(one.badge.token for one in own.badges), *checks], certificates=own.certificates,
        now=clock.now().replace(microsecond=0),
    )  # fmt: skip
    async with context.database.transaction() as tx:
        await audit.record(tx, by=by, action="learn.record.exported", subject=f"person/{person.id}")
    return badges.signed(context, claims)


async def own_rows(context: Context, *, by: Actor, language: str) -> list[Row]:
    """Return everything of one's own as rows, with all that is kept of it but copies of certificates."""
    name = (await people.me(context, by=by)).name
    issuer = badges.issuer(context)
    rows = [_own_badge(one, issuer, name, language) for one in await badges.mine(context, by=by)]
    return rows + [_certificate(one, name) for one in await certificates.mine(context, by=by)]


async def register_rows(context: Context, *, by: Actor, language: str) -> list[Row]:
    """Return all badges as rows; that somebody took them out is written down."""
    issuer, rows, after = badges.issuer(context).name, list[Row](), ""
    async with context.database.transaction() as tx:
        await audit.record(tx, by=by, action="learn.badges.exported", subject="badges")
    while len(rows) < REGISTER_MAX:
        found = await badges.register(context, after=after, limit=PAGE_BADGES)
        rows += [_badge(one, issuer, one.badge.content.name or one.badge.person_id, language) for one in found]
        if len(found) < PAGE_BADGES:
            break
        after = found[-1].badge.id
    return rows


def _badge(one: Shown, issuer: str, name: str, language: str) -> Row:
    about, badge = one.achievement, one.badge
    return (
        "badge", told(about.names, language), about.framework, about.competency_code, about.level, issuer,
        _day(badge.issued_at), _day(badge.expires_at), one.standing.value, name,
    )  # fmt: skip


def _own_badge(one: Shown, issuer: Issuer, name: str, language: str) -> Row:
    badge = one.badge
    score = "" if badge.content.score_percent is None else badge.content.score_percent
    check = f"{issuer.url}/verify/{badge.code}" if badge.token else ""
    own = ("", badge.content.evidence_url, badge.content.evidence, score, "", check)
    return (*_badge(one, issuer.name, name, language), *own)


def _certificate(one: Certificate, name: str) -> Row:
    said = one.stated
    return (
        "certificate", said.title, said.scheme.value, "", 0, said.issuer, said.issued_on, said.expires_on,
        one.state.value, name, said.number, said.link, "", "", _day(one.reviewed_at), "",
    )  # fmt: skip


def _day(moment: str | None) -> str:
    return clock.day(moment).isoformat() if moment else ""
