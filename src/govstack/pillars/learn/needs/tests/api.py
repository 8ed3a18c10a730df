"""The operations on tests: plan and assemble them, take them, and read what they came to."""

from __future__ import annotations

import msgspec

from govstack.kernel.errors import Unsupported
from govstack.kernel.routing import Answer, Call, Routes, needs, signed_in
from govstack.kernel.sheets import FILE_TYPES, MEDIA_TYPES, FileUnreadable, Format, format_of
from govstack.pillars.learn.frame.model import EVALUATE, PLAN, TEACH
from govstack.pillars.learn.needs.items.errors import BadItemFile
from govstack.pillars.learn.needs.items.schemas import FILE_BYTES_MAX
from govstack.pillars.learn.needs.tests import schemas, service
from govstack.pillars.learn.needs.tests.errors import (
    AttemptGoesOn,
    AttemptOver,
    BadAnswer,
    BadTest,
    FormAssembled,
    ItemsLacking,
    NoAttemptLeft,
    TestChanged,
    TestNotOpen,
    UnknownAttempt,
    UnknownTest,
)
from govstack.pillars.learn.needs.tests.model import Attempt, Part, Test
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.errors import UnknownPerson

routes = Routes(tags=("Tests",))
TEST = "/tests/{testId}"
ATTEMPT = "/attempts/{attemptId}"


@routes.put(
    TEST, access=needs(TEACH), body=schemas.TestGiven, answer=Test, operation_id="putTest",
    errors=(BadTest, FormAssembled, TestNotOpen),
)  # fmt: skip
async def put_test(call: Call, body: schemas.TestGiven) -> Test:
    """Enter a test with its blueprint, or change it."""
    try:
        test = msgspec.convert({**msgspec.to_builtins(body), "id": call.path["testId"]}, Test)
    except msgspec.ValidationError as error:
        raise BadTest(fields={"testId": "must be letters, digits and _ . - only"}) from error
    return await service.put(call.context, by=call.actor, test=test)


@routes.get("/tests", access=needs(TEACH), query=schemas.TestsQuery, answer=schemas.TestList, operation_id="listTests")
async def list_tests(call: Call) -> schemas.TestList:
    """List tests."""
    asked = call.query
    found = await service.listed(call.context, state=asked.state, after=asked.after, limit=asked.limit)
    return schemas.TestList(found, found[-1].id if len(found) == asked.limit else "")


@routes.get(TEST, access=needs(TEACH), answer=Test, operation_id="readTest", errors=(UnknownTest,))
async def read_test(call: Call) -> Test:
    """Read a test with its blueprint."""
    return await service.read(call.context, test_id=call.path["testId"])


@routes.put(
    TEST + "/state", access=needs(TEACH), body=schemas.StateGiven, answer=Test, operation_id="setTestState",
    errors=(UnknownTest, BadTest, TestChanged, TestNotOpen),
)  # fmt: skip
async def set_state(call: Call, body: schemas.StateGiven) -> Test:
    """Open a test, open its form after learning, or close it."""
    return await service.set_state(
        call.context, by=call.actor, test_id=call.path["testId"], state=body.state, seen=body.seen
    )


@routes.post(
    TEST + "/forms", access=needs(TEACH), body=schemas.SeedGiven, answer=schemas.FormList,
    operation_id="assembleForms", errors=(UnknownTest, ItemsLacking),
)  # fmt: skip
async def assemble(call: Call, body: schemas.SeedGiven) -> schemas.FormList:
    """Assemble the forms of a test after its blueprint, or say what the item bank lacks."""
    made = await service.assemble(call.context, by=call.actor, test_id=call.path["testId"], seed=body.seed)
    return schemas.FormList(made)


@routes.get(TEST + "/forms", access=needs(TEACH), answer=schemas.FormList, operation_id="listForms")
async def list_forms(call: Call) -> schemas.FormList:
    """List the forms of a test."""
    found = await service.forms(call.context, test_id=call.path["testId"])
    return schemas.FormList([form for form, _items in found])


@routes.put(
    "/people/{learnerId}/test-time", access=needs(PLAN), body=schemas.ExtraTime, answer=schemas.ExtraTime,
    operation_id="putTestTime", errors=(UnknownPerson,),
)  # fmt: skip
async def give_time(call: Call, body: schemas.ExtraTime) -> schemas.ExtraTime:
    """Give a person longer for every test; the reason is not asked for and not kept."""
    learner = call.path["learnerId"]
    await service.give_time(call.context, by=call.actor, person_id=learner, extra_percent=body.extra_percent)
    return body


@routes.post(
    TEST + "/attempts", access=signed_in(), answer=schemas.Paperless, operation_id="takeTest",
    errors=(UnknownTest, UnknownPerson, TestNotOpen, NoAttemptLeft),
)  # fmt: skip
async def take(call: Call) -> schemas.Paperless:
    """Begin an attempt at an open test, or go on with the one begun."""
    me = await people.me(call.context, by=call.actor)
    attempt = await service.take(call.context, by=call.actor, person_id=me.id, test_id=call.path["testId"])
    sheet = await service.sheet(call.context, person_id=me.id, attempt_id=attempt.id)
    return schemas.paperless(sheet, call.language)


@routes.get(
    ATTEMPT, access=signed_in(), answer=schemas.Paperless, operation_id="readAttempt", errors=(UnknownAttempt,)
)  # fmt: skip
async def read_attempt(call: Call) -> schemas.Paperless:
    """Read an attempt of one's own with its questions and the answers so far."""
    me = await people.me(call.context, by=call.actor)
    sheet = await service.sheet(call.context, person_id=me.id, attempt_id=call.path["attemptId"])
    return schemas.paperless(sheet, call.language)


@routes.put(
    ATTEMPT + "/answers/{position}", access=signed_in(), body=schemas.AnswerGiven, answer=schemas.Question,
    operation_id="putAnswer", errors=(UnknownAttempt, BadAnswer, AttemptOver),
)  # fmt: skip
async def put_answer(call: Call, body: schemas.AnswerGiven) -> schemas.Question:
    """Answer a question, or answer it anew; earlier answers stay written down."""
    me = await people.me(call.context, by=call.actor)
    position = schemas.number(call.path["position"])
    sheet = await service.answer(
        call.context, person_id=me.id, attempt_id=call.path["attemptId"], position=position, given=body.answer
    )
    return schemas.question(sheet, position, call.language)


@routes.post(
    ATTEMPT + "/submission", access=signed_in(), answer=schemas.ResultShown, operation_id="submitAttempt",
    errors=(UnknownAttempt,),
)  # fmt: skip
async def submit(call: Call) -> schemas.ResultShown:
    """Hand an attempt in, once."""
    me = await people.me(call.context, by=call.actor)
    sheet = await service.submit(call.context, by=call.actor, person_id=me.id, attempt_id=call.path["attemptId"])
    return schemas.result_shown(sheet, call.language)


@routes.get(
    ATTEMPT + "/result", access=signed_in(), answer=schemas.ResultShown, operation_id="readResult",
    errors=(UnknownAttempt, AttemptGoesOn),
)  # fmt: skip
async def read_result(call: Call) -> schemas.ResultShown:
    """Read what an attempt of one's own came to."""
    me = await people.me(call.context, by=call.actor)
    sheet = await service.result(call.context, person_id=me.id, attempt_id=call.path["attemptId"])
    return schemas.result_shown(sheet, call.language)


@routes.get("/my-attempts", access=signed_in(), answer=list[Attempt], operation_id="listMyAttempts")
async def my_attempts(call: Call) -> list[Attempt]:
    """List the attempts of whoever signed in, newest first."""
    me = await people.me(call.context, by=call.actor)
    return await service.attempts(call.context, person_id=me.id)


@routes.get(
    TEST + "/attempts", access=needs(EVALUATE), query=schemas.TestsQuery, answer=schemas.AttemptList,
    operation_id="listAttempts",
)  # fmt: skip
async def list_attempts(call: Call) -> schemas.AttemptList:
    """List what was handed in of a test, by whom."""
    asked = call.query
    found = await service.handed_in(call.context, test_id=call.path["testId"], after=asked.after, limit=asked.limit)
    return schemas.AttemptList(found, found[-1].id if len(found) == asked.limit else "")


@routes.get(
    TEST + "/results-file", access=needs(EVALUATE), query=schemas.ResultsFileQuery, answer=bytes,
    answer_type=FILE_TYPES, operation_id="exportResults",
)  # fmt: skip
async def export(call: Call) -> Answer:
    """Take the results of a form out as CSV, spreadsheet or JSON, with names and answers."""
    asked = call.query
    return await schemas.results_file(
        call.context, test_id=call.path["testId"], part=Part(asked.part), kind=Format(asked.format)
    )


@routes.post(
    TEST + "/results-file", access=needs(EVALUATE), answer=schemas.PapersTaken, operation_id="importResults",
    body_types=tuple(MEDIA_TYPES.values()), body_bytes_max=FILE_BYTES_MAX,
    errors=(BadItemFile, FileUnreadable, Unsupported),
)  # fmt: skip
async def take_in(call: Call) -> schemas.PapersTaken:
    """Enter attempts on paper from a file; rows that do not fit are told, and the others are entered."""
    kind = format_of(media_type=call.content_type)
    if kind is None:
        raise Unsupported
    return await schemas.take_results(
        call.context, by=call.actor, test_id=call.path["testId"], content=call.body_bytes, kind=kind
    )
