"""What is sent from the pages of a draft, read and checked: one reader for each question."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from govstack.blocks.consent.agreements.model import (
    ATTRIBUTES_MAX,
    DESCRIPTION_CHARACTERS_MAX,
    DPIA_CHARACTERS_MAX,
    PURPOSE_CHARACTERS_MAX,
    SIGNATURES_MAX,
    LawfulBasis,
    retention_fault,
)
from govstack.blocks.consent.drafting.model import Content, Kind, Step, Words, answering, in_language, with_kind
from govstack.blocks.consent.editing.schemas import Reader
from govstack.blocks.consent.frame import presenters as frame
from govstack.blocks.consent.policies.model import DAYS_MAX, NAME_CHARACTERS_MAX, URL_CHARACTERS_MAX, Policy
from govstack.kernel.i18n import LANGUAGES, _

SENSITIVITIES = ("personal", "sensitive", "not personal")
Change = Callable[[Content], Content]
Form = Mapping[str, str]


def read(
    words: frame.Words, step: Step, form: Form, content: Content, policies: Sequence[Policy]
) -> tuple[Change, dict[str, str]]:
    """Return how an answer changes a draft, and what is wrong with it by the names of the fields."""
    reader = Reader(words, form)
    if step is Step.ATTRIBUTES:
        return _attributes(reader, content)
    if step is Step.LANGUAGE:
        language = reader.choice("language", LANGUAGES, _("Choose the language in which you write"))
        return lambda now: answering(in_language(now, language), step), reader.errors
    changes = _READERS[step](reader, policies, content)
    return lambda now: answering(now, step, **changes), reader.errors


def read_translation(words: frame.Words, language: str, form: Form, content: Content) -> tuple[Change, dict[str, str]]:
    """Return how a translation changes a draft, and what is wrong with it; one that is wholly empty is taken away."""
    reader = Reader(words, form)
    names = [f"attribute-{place}" for place in range(1, len(content.attributes) + 1)]
    said = Words(
        reader.text("purpose", PURPOSE_CHARACTERS_MAX),
        reader.text("description", DESCRIPTION_CHARACTERS_MAX),
        tuple(reader.text(name, NAME_CHARACTERS_MAX) for name in names),
        reader.text("controller", NAME_CHARACTERS_MAX),
    )
    empty = not any((said.purpose, said.description, said.controller, *said.attributes))
    if not empty:
        for name in ("purpose", *(["description"] if content.description else []), *names):
            reader.require(name, _("Translate this text, or leave all fields empty"))

    def change(now: Content) -> Content:
        others = {code: one for code, one in now.translations.items() if code != language}
        return msgspec.structs.replace(now, translations=others if empty else {**others, language: said})

    return change, reader.errors


def _attributes(reader: Reader, content: Content) -> tuple[Change, dict[str, str]]:
    """Read one more kind of data, or that there are no more."""
    if reader.form.get("act") != "add":
        if not content.attributes:
            reader.errors["name"] = reader.words(_("Name at least one kind of data"))
        return lambda now: answering(now, Step.ATTRIBUTES), reader.errors
    name = reader.text("name", NAME_CHARACTERS_MAX, _("Enter the name of the data, such as Income of the last year"))
    sensitivity = reader.choice("sensitivity", SENSITIVITIES, _("Choose how much protection this data needs"))
    category = reader.text("category", NAME_CHARACTERS_MAX)
    if len(content.attributes) >= ATTRIBUTES_MAX:
        reader.errors["name"] = reader.words(_("There are {count} kinds of data already"), count=ATTRIBUTES_MAX)
    if name in {one.name for one in content.attributes}:
        reader.errors["name"] = reader.words(_("This kind of data is in the list already"))
    return lambda now: with_kind(now, Kind(name, sensitivity, category)), reader.errors


def _purpose(reader: Reader, _policies: Sequence[Policy], _content: Content) -> dict[str, object]:
    return {"purpose": reader.text("purpose", PURPOSE_CHARACTERS_MAX, _("Enter what the data is used for"))}


def _description(reader: Reader, _policies: Sequence[Policy], _content: Content) -> dict[str, object]:
    return {"description": reader.text("description", DESCRIPTION_CHARACTERS_MAX)}


def _controller(reader: Reader, _policies: Sequence[Policy], _content: Content) -> dict[str, object]:
    name = reader.text("name", NAME_CHARACTERS_MAX, _("Enter the name of the organisation"))
    url = reader.address("url", URL_CHARACTERS_MAX, _("Enter the address of its website"))
    return {"controller_name": name, "controller_url": url}


def _basis(reader: Reader, _policies: Sequence[Policy], _content: Content) -> dict[str, object]:
    chosen = reader.choice("basis", tuple(LawfulBasis), _("Choose why the law allows it"))
    return {"basis": LawfulBasis(chosen) if chosen else None}


def _policy(reader: Reader, policies: Sequence[Policy], content: Content) -> dict[str, object]:
    chosen = reader.choice("policy", tuple(one.id for one in policies), _("Choose a data policy"))
    known = next((one for one in policies if one.id == chosen), None)
    too_long = retention_fault(content.retention_days, known)
    return {"policy_id": chosen, **({"retention_days": None} if too_long else {})}


def _retention(reader: Reader, policies: Sequence[Policy], content: Content) -> dict[str, object]:
    days = reader.number("days", 1, DAYS_MAX)
    known = next((one for one in policies if one.id == content.policy_id), None)
    if retention_fault(days, known) and known:
        longest = reader.words.count("{count} day", "{count} days", known.data_retention_period_days or 0)
        reader.errors["days"] = reader.words(_("The policy allows at most {longest}"), longest=longest)
    return {"retention_days": days}


def _dpia(reader: Reader, _policies: Sequence[Policy], _content: Content) -> dict[str, object]:
    return {"dpia": reader.text("dpia", DPIA_CHARACTERS_MAX, _("Enter what the assessment found"))}


def _forgettable(reader: Reader, _policies: Sequence[Policy], _content: Content) -> dict[str, object]:
    return {"forgettable": reader.choice("forgettable", ("yes", "no"), _("Choose yes or no")) == "yes"}


def _signatures(reader: Reader, _policies: Sequence[Policy], _content: Content) -> dict[str, object]:
    return {"signatures_required": reader.number("signatures", 0, SIGNATURES_MAX) or None}


def _version(reader: Reader, _policies: Sequence[Policy], _content: Content) -> dict[str, object]:
    return {"version": reader.text("version", NAME_CHARACTERS_MAX, _("Enter a version, such as 1.0"))}


_READERS: Mapping[Step, Callable[[Reader, Sequence[Policy], Content], dict[str, object]]] = {
    Step.PURPOSE: _purpose,
    Step.DESCRIPTION: _description,
    Step.CONTROLLER: _controller,
    Step.BASIS: _basis,
    Step.POLICY: _policy,
    Step.RETENTION: _retention,
    Step.DPIA: _dpia,
    Step.FORGETTABLE: _forgettable,
    Step.SIGNATURES: _signatures,
    Step.VERSION: _version,
}
