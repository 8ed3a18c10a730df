"""Members on the wire."""

from __future__ import annotations

import msgspec

from govstack.blocks.mediator.directory.model import Member
from govstack.blocks.mediator.directory.schemas import Code, LongText, Name, Text


class Contact(msgspec.Struct, frozen=True):
    """Whom to ask at a member."""

    name: Text
    email: Text


class ApplyForMembership(msgspec.Struct, frozen=True, rename="camel"):
    """An organisation's application for membership; `agreement` names the contract behind it."""

    member_class: Name
    member_code: Code
    name: Text
    contact: Contact
    agreement: LongText = ""


class ChangeMember(msgspec.Struct, frozen=True):
    """Details to change; what is left out stays."""

    name: Text | None = None
    contact: Contact | None = None
    agreement: LongText | None = None


class MemberAnswer(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A member; contact, agreement and who decided are shown to its administrators and applicant only."""

    instance_id: str
    member_class: str
    member_code: str
    name: str
    state: str
    contact: Contact | None = None
    agreement: str = ""
    reason: str = ""
    applied_at: str = ""
    decided_by: str = ""
    decided_at: str = ""

    @classmethod
    def of(cls, member: Member, *, private: bool) -> MemberAnswer:
        """Return a member as the public or its administrators see it."""
        known = cls(member.instance, member.member_class, member.code, member.name, str(member.state))
        if not private:
            return known
        contact = Contact(member.contact_name, member.contact_email) if member.contact_name else None
        return msgspec.structs.replace(
            known,
            contact=contact,
            agreement=member.agreement,
            reason=member.reason,
            applied_at=member.applied_at,
            decided_by=member.decided_by,
            decided_at=member.decided_at,
        )


class MemberList(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A page of members."""

    members: list[MemberAnswer]
    next_page_token: str = ""
