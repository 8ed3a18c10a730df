"""Use cases of a sign-in under way: begin, authenticate, allow, get a code, redeem it."""

from __future__ import annotations

from datetime import timedelta

from govstack.blocks.identity.transactions import model, store
from govstack.blocks.identity.transactions.errors import CodeRefused, TransactionOver
from govstack.blocks.identity.transactions.model import Request, Stage, Transaction
from govstack.kernel import clock, ids
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction as Work

CODE_BYTES = 32
ID_BYTES = 24


async def begin(
    context: Context,
    *,
    request: Request,
    seconds: int = model.TRANSACTION_SECONDS,
    transaction_id: str = "",
    reusable: bool = False,
) -> Transaction:
    """Keep a checked request as a new sign-in, and forget those that ended a day ago.

    A `reusable` one, which can be gone through again, is one of the published records: it is refused outside the
    conformance profile.
    """
    if reusable and context.settings.profile != "conformance":
        raise RuntimeError("A sign-in that can be gone through again exists in the conformance profile alone.")
    now = clock.now()
    made = Transaction(
        id=transaction_id or ids.new_secret(ID_BYTES),
        request=request,
        stage=Stage.CREATED,
        expires_at=clock.timestamp(now + timedelta(seconds=seconds)),
        reusable=reusable,
    )
    async with context.database.transaction() as tx:
        await store.SQL.forget_old_transactions(tx, before=clock.timestamp(now - timedelta(days=1)))
        await store.begin(tx, made)
    return made


async def current(context: Context, *, transaction_id: str) -> Transaction | None:
    """Return a sign-in that has not ended, or nothing."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.transaction(tx, transaction_id=transaction_id)
    return found if found is not None and found.expires_at > clock.timestamp() else None


async def authenticate(
    tx: Work,
    *,
    transaction_id: str,
    person_id: str,
    acr: str,
    methods: tuple[str, ...],
    at: str = "",
    session_id: str = "",
) -> Transaction:
    """Note who has proved to be there, and how; `at` is the moment of an earlier proof that still counts, `session_id`
    names the session that it began.

    Raises TransactionOver when the sign-in has ended or its person is known already.
    """
    found = await _under_way(tx, transaction_id)
    made = model.authenticated(
        found, person_id=person_id, acr=acr, methods=methods, at=at or clock.timestamp(),
        session_id=session_id or ids.new_secret(ID_BYTES),
    )  # fmt: skip
    return await _go_on(tx, found, made)


async def permit(tx: Work, *, transaction_id: str, scopes: tuple[str, ...], claims: tuple[str, ...]) -> Transaction:
    """Note what the person allows; raises TransactionOver before authentication and after it was said once."""
    found = await _under_way(tx, transaction_id)
    return await _go_on(tx, found, model.permitted(found, scopes=scopes, claims=claims))


async def issue_code(tx: Work, *, transaction_id: str) -> str:
    """Return a new authorisation code; raises TransactionOver unless the person is known and has allowed."""
    code = ids.new_secret(CODE_BYTES)
    found = await _under_way(tx, transaction_id)
    await _go_on(tx, found, model.with_code(found))
    expires_at = clock.timestamp(clock.now() + timedelta(seconds=model.CODE_SECONDS))
    await store.keep_code(tx, code=code, transaction_id=transaction_id, expires_at=expires_at)
    return code


async def end(context: Context, *, transaction_id: str) -> None:
    """Forget a sign-in that is not gone on with."""
    async with context.database.transaction() as tx:
        await store.SQL.remove_transaction(tx, id=transaction_id)


async def end_of_session(tx: Work, *, session_id: str) -> None:
    """End what is under way in a session, inside the act that ends it: its outstanding codes are worth nothing."""
    await store.end_session(tx, session_id=session_id)


async def behind(context: Context, *, code: str) -> Transaction | None:
    """Return the sign-in that a code was made for, without using the code, or nothing."""
    async with context.database.reading() as tx:
        kept = await store.code(tx, code=code)
        return await store.transaction(tx, transaction_id=kept.transaction_id) if kept is not None else None


async def redeem(tx: Work, *, code: str, client_id: str, redirect_uri: str, verifier: str) -> Transaction:
    """Take a code in exchange for what it stands for, once, inside the transaction that grants tokens.

    Raises CodeRefused; with the id of the sign-in when the code was used before.
    """
    kept = await store.code(tx, code=code)
    found = await store.transaction(tx, transaction_id=kept.transaction_id) if kept is not None else None
    if kept is None or found is None:
        raise CodeRefused("The code is not known.")
    now = clock.timestamp()
    model.check_code(kept, found, client_id=client_id, redirect_uri=redirect_uri, verifier=verifier, now=now)
    if not await store.use_code(tx, code=code, now=now):
        raise CodeRefused("The code has been used.", transaction_id=found.id)
    return found


async def _under_way(tx: Work, transaction_id: str) -> Transaction:
    found = await store.transaction(tx, transaction_id=transaction_id)
    if found is None or found.expires_at <= clock.timestamp():
        raise TransactionOver
    return found


async def _go_on(tx: Work, before: Transaction, made: Transaction) -> Transaction:
    if not await store.go_on(tx, made, before=before.stage):
        raise TransactionOver
    return made
