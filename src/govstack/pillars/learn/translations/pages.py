"""The pages on which those who keep a record say it in further languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from govstack.kernel import i18n
from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, by_policy
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import Unfit, UnknownRecord
from govstack.pillars.learn.records.model import Kind, Record, title_of
from govstack.pillars.learn.translations import presenters, schemas, service
from govstack.pillars.learn.translations.errors import SameLanguage, TooManyLanguages
from govstack.pillars.learn.translations.model import Translation, is_language
from govstack.web.answers import Page, Redirect

KEEPERS = by_policy("those who keep records of the kind")


class Pages:
    """The pages of the languages of records of some kinds."""

    def __init__(self, kinds: Sequence[Kind]) -> None:
        self.kinds = {kind.name: kind for kind in kinds}
        self.routes = Routes(tags=("pages of languages of records",))
        one = "/translations/{recordId}/{language}"
        self.routes.page("/translations/{recordId}", access=KEEPERS, operation_id="translationsPage")(self.show)
        self.routes.page(one, access=KEEPERS, operation_id="translationPage")(self.ask)
        self.routes.form(one, access=KEEPERS, operation_id="translationForm")(self.write)
        self.routes.form(f"{one}/remove", access=KEEPERS, operation_id="removeTranslationForm")(self.remove)

    async def show(self, call: Call) -> Page:
        """Show in which languages a record is there."""
        kind, record, found = await self._record(call)
        words = Words(call.language)
        values = {
            "kind": kind,
            "record": record,
            "heading": title_of(kind, record.content) or words(kind.label),
            "rows": presenters.languages(record, found, words),
        }
        return framed(call, kind.section, "translations.html", values)

    async def ask(self, call: Call) -> Page:
        """Ask what a record says in a language."""
        kind, record, found = await self._record(call)
        language = _language(call)
        before = next((one for one in found if one.language == language), None)
        return self._form(call, kind, record, before.texts if before else {}, {}, there=before is not None)

    async def write(self, call: Call) -> Page | Redirect:
        """Say a record in a language."""
        kind, record, found = await self._record(call)
        language, texts = _language(call), schemas.texts_of(call, kind)
        there = any(one.language == language for one in found)
        try:
            await service.put(
                call.context, by=call.actor, kind=kind, record_id=record.id, language=language, texts=texts
            )
        except Unfit as problem:
            return self._form(call, kind, record, texts, problem.fields, there=there)
        except (SameLanguage, TooManyLanguages) as problem:
            return self._form(call, kind, record, texts, {"": problem.title}, there=there)
        return Redirect(f"/translations/{record.id}", notice=_("It was saved."))

    async def remove(self, call: Call) -> Redirect:
        """Take what a record says in a language away."""
        kind, record, _found = await self._record(call)
        await service.remove(call.context, by=call.actor, kind=kind, record_id=record.id, language=_language(call))
        return Redirect(f"/translations/{record.id}", notice=_("This language was taken away."))

    def _form(
        self,
        call: Call,
        kind: Kind,
        record: Record,
        texts: Mapping[str, Any],
        errors: Mapping[str, str],
        *,
        there: bool,
    ) -> Page:
        words, language = Words(call.language), _language(call)
        values = {
            "kind": kind,
            "record": record,
            "heading": title_of(kind, record.content) or words(kind.label),
            "language": language,
            "named": i18n.NAMES.get(language, language),
            "controls": presenters.controls(kind, record, texts, words),
            "errors": errors,
            "there": there,
        }
        return framed(call, kind.section, "translation_form.html", values, status=400 if errors else 200)

    async def _record(self, call: Call) -> tuple[Kind, Record, list[Translation]]:
        record_id = call.path["recordId"]
        try:
            kind = await service.kind_of(call.context, by=call.actor, kinds=self.kinds, record_id=record_id)
            if not records.may_write(kind, call.actor):
                raise NotFound
            return kind, *await service.of_record(call.context, by=call.actor, kind=kind, record_id=record_id)
        except UnknownRecord as error:
            raise NotFound from error


def routes_of(kinds: Sequence[Kind]) -> Routes:
    """Return the pages, for records of some kinds."""
    return Pages(kinds).routes


def _language(call: Call) -> str:
    if not is_language(call.path["language"]):
        raise NotFound
    return call.path["language"]
