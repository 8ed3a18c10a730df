"""What the pages of groups and policies show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.blocks.registries.access.model import Group, Policy
from govstack.blocks.registries.access.presenters import Told, covers, subject, told
from govstack.blocks.registries.access.service import CODE_PATTERN, REGISTRIES_PATTERN, TEXT_CHARACTERS_MAX
from govstack.blocks.registries.design.model import SUBJECT_PATTERN, Classification, Registry
from govstack.blocks.registries.frame.presenters import Cell, Words, lines
from govstack.kernel.i18n import _

Form = Mapping[str, str]
Errors = dict[str, str]
# Policies speak of registries that may not be there yet; their fields are shown by the names they were given.
NO_REGISTRY = Registry(0, "", "", ())


def group_rows(words: Words, found: Sequence[Group]) -> list[Sequence[Cell]]:
    """Return groups as rows."""
    return [
        (
            {"text": one.called(words.language), "href": f"/access/groups/{one.code}"},
            {"code": one.code},
            {"number": len(one.members)},
        )
        for one in found
    ]


def policy_rows(words: Words, found: Sequence[Policy]) -> list[Sequence[Cell]]:
    """Return policies and templates as rows."""
    return [
        (
            {"text": one.title, "href": f"/access/policies/{one.code}"},
            {"code": one.code},
            words(_("Holds by itself")) if one.automatic else words(_("Template")),
            covers(words, one) if one.automatic else "–",
            {"number": len(one.grants)},
        )
        for one in found
    ]


def grants(words: Words, policy: Policy) -> list[Told]:
    """Return the rights of a policy in words."""
    return [told(words, one, NO_REGISTRY) for one in policy.grants]


def members(words: Words, group: Group) -> list[str]:
    """Return the members of a group in words."""
    return [subject(words, one) for one in group.members]


def group_form(one: Group | None) -> dict[str, str]:
    """Return a group as the texts of its form."""
    if one is None:
        return {"code": "", "name": "", "members": ""}
    return {"code": one.code, "name": one.name, "members": "\n".join(one.members)}


def read_group(words: Words, form: Form, code: str) -> tuple[Group, Errors]:
    """Return the group that a form describes, and what is wrong."""
    errors: Errors = {}
    code = code or form.get("code", "").strip()
    name, found = form.get("name", "").strip(), lines(form.get("members", ""))
    if not CODE_PATTERN.fullmatch(code):
        errors["code"] = words(_("Enter a code of small letters, digits and dashes, such as registrars"))
    if not 0 < len(name) <= TEXT_CHARACTERS_MAX:
        errors["name"] = words(_("Enter the name of the group"))
    starts = ("role:", "person:", "application:")
    if not all(SUBJECT_PATTERN.fullmatch(one) and one.startswith(starts) for one in found):
        errors["members"] = words(_("Write each as role:…, person:… or application:INSTANCE/CLASS/MEMBER/APPLICATION"))
    return Group(code, name, found), errors


def policy_form() -> dict[str, str]:
    """Return the form of a policy, empty."""
    empty = dict.fromkeys(("code", "title", "description", "source", "domain", "classification"), "")
    return {**empty, "automatic": "no", "registries": "*"}


def read_policy(words: Words, form: Form) -> tuple[Policy, Errors]:
    """Return the policy that a form describes, without its rights, and what is wrong."""
    errors: Errors = {}
    code, title = form.get("code", "").strip(), form.get("title", "").strip()
    if not CODE_PATTERN.fullmatch(code):
        errors["code"] = words(_("Enter a code of small letters, digits and dashes, such as statistics-office"))
    if not 0 < len(title) <= TEXT_CHARACTERS_MAX:
        errors["title"] = words(_("Enter what the policy is for"))
    if not form.get("source"):
        errors["source"] = words(_("Choose the registry whose rights are taken over"))
    registries = form.get("registries", "").strip() or "*"
    if not REGISTRIES_PATTERN.fullmatch(registries):
        errors["registries"] = words(_("Write codes with * for any letters, such as civil-*"))
    classification = form.get("classification", "")
    known = classification if classification in tuple(Classification) else ""
    made = Policy(
        code, title, (), form.get("automatic") == "yes", form.get("description", "").strip(), registries,
        form.get("domain", "").strip(), known,
    )  # fmt: skip
    return made, errors
