"""Refusals about tests, forms and attempts."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound, Unprocessable
from govstack.kernel.i18n import _


class UnknownTest(NotFound):
    """There is no such test, or it has no form of this kind yet."""

    code = "unknown-test"
    title = _("There is no such test.")


class UnknownAttempt(NotFound):
    """There is no such attempt, or it is somebody else's."""

    code = "unknown-attempt"
    title = _("There is no such attempt.")


class BadTest(BadRequest):
    """A test contradicts itself; the detail says where."""

    code = "bad-test"
    title = _("The test contradicts itself.")


class ItemsLacking(Unprocessable):
    """The item bank cannot fill the blueprint; `lacking` names each cell with what it needs and has."""

    code = "items-lacking"
    title = _("The item bank does not have enough ready items for this blueprint.")


class FormAssembled(Conflict):
    """Forms were assembled, so the blueprint stays as it is."""

    code = "form-assembled"
    title = _("The forms of this test are assembled, so its blueprint cannot change. Make another test.")


class TestChanged(Conflict):
    """Somebody else changed the test since it was read."""

    __test__ = False
    code = "test-changed"
    title = _("Somebody else changed this meanwhile. Read it again, then make your change.")


class TestNotOpen(Conflict):
    """The test cannot be taken now."""

    __test__ = False
    code = "test-not-open"
    title = _("This test is not open.")


class NoAttemptLeft(Conflict):
    """All attempts that the test allows were made."""

    code = "no-attempt-left"
    title = _("You have made every attempt that this test allows.")


class AttemptOver(Conflict):
    """The attempt was handed in, or its time is up."""

    code = "attempt-over"
    title = _("This attempt is over. Its answers cannot change any more.")


class AttemptGoesOn(Conflict):
    """There is no result before the attempt was handed in."""

    code = "attempt-goes-on"
    title = _("This attempt is not handed in yet.")


class BadAnswer(BadRequest):
    """An answer does not have the shape that the question asks for."""

    code = "bad-answer"
    title = _("The answer does not fit the question.")
