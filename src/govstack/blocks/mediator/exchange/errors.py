"""What the forwarder refuses, before or instead of the provider."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Forbidden, NotFound, Problem, TooLarge, Unauthenticated, Unavailable


class CallerNotProven(Unauthenticated):
    """No token and no client certificate proves the calling application."""

    title = "Which application calls is not proven. Send its token or use its client certificate."


class CallerNotApplication(Forbidden):
    """A person, or nobody in particular, is proven; only applications call through the mediator (X058)."""

    title = "Only applications call services through the mediator. Call with the application's own token."


class CallerDiffers(Forbidden):
    """A header names another application than the proven one."""

    title = "The client header names another application than the one that calls. Leave it out or send your own."


class UnknownTarget(NotFound):
    """No connected application offers this service, or it is switched off."""

    title = "There is no such service, or it is switched off. listMethods shows what an application offers."


class UnknownEndpoint(NotFound):
    """The service has no such endpoint, or it is switched off; `reason` says which, for the log."""

    title = "The service has no such endpoint, or it is switched off. getOpenAPI shows what it offers."

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class NoRight(Forbidden):
    """The caller has no right to this endpoint; `reason` is for the log."""

    title = "Your application has no right to this endpoint. Ask the provider to grant it."

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class BadPath(BadRequest):
    """The path can be read in more than one way."""

    title = "The path holds a step upwards, a hidden slash or an empty part. Send it in its plain form."


class BadStatement(BadRequest):
    """What the application states about user or purpose holds characters that are not accepted."""

    title = "State user and purpose in at most 200 visible ASCII characters."


class BodyTooLarge(TooLarge):
    """The request is larger than the service takes."""

    title = "The request is larger than this service takes."


class AnswerTooLarge(Problem):
    """The provider's answer is larger than the service announces."""

    status = 502
    code = "answer-too-large"
    title = "The provider's answer is larger than this service allows. Ask for less at once."


class LoopDetected(Problem):
    """The request has been through this mediator before (RFC 5842 section 7.2)."""

    status = 508
    code = "loop-detected"
    title = "The request has been here before: the service's address leads back to the mediator. Tell its provider."


class Crowded(Unavailable):
    """More exchanges are under way than the mediator takes at once."""

    title = "Too many exchanges are under way. Nothing was delivered. Try again in a moment."


class AnswerWithheld(Unavailable):
    """The provider has answered but the answer could not be recorded, so it may not be passed on."""

    title = "The provider has answered, but the answer could not be recorded and is withheld. Ask it what was done."
