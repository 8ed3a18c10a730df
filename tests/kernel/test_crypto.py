"""Keys, signatures and seals hold what they promise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govstack.kernel import crypto
from govstack.kernel.crypto import Keyring, SealBroken

KEYS = Keyring("a-secret-for-tests-0123456789-abcdef", package="sample")


@given(st.binary(max_size=200), st.text(max_size=50))
def test_what_is_sealed_opens_only_where_it_belongs(plain: bytes, place: str) -> None:
    sealed = KEYS.seal("fields", plain, bound_to=place)

    assert KEYS.open("fields", sealed, bound_to=place) == plain
    with pytest.raises(SealBroken):
        KEYS.open("fields", sealed, bound_to=f"{place}!")
    with pytest.raises(SealBroken):
        KEYS.open("other", sealed, bound_to=place)


@given(st.integers(min_value=0), st.binary(min_size=1, max_size=50))
def test_a_changed_seal_does_not_open(where: int, plain: bytes) -> None:
    sealed = bytearray(KEYS.seal("fields", plain))
    sealed[where % len(sealed)] ^= 1

    with pytest.raises(SealBroken):
        KEYS.open("fields", bytes(sealed))


@pytest.mark.requirement("X070", "CFR-security-2")
def test_a_signature_verifies_with_the_public_key_and_fails_for_any_other_text() -> None:
    key = KEYS.signing_key("evidence")
    signature = key.sign(b"who asked whom")

    assert crypto.verify(key.public_jwk, signature, b"who asked whom")
    assert not crypto.verify(key.public_jwk, signature, b"who asked nobody")
    assert not crypto.verify(KEYS.signing_key("other").public_jwk, signature, b"who asked whom")
    assert not crypto.verify(key.public_jwk, signature[:-1], b"who asked whom")


@pytest.mark.requirement("X013", "X083")
def test_after_a_rotation_the_old_opens_and_the_new_seals() -> None:
    before = Keyring("the-first-secret-0123456789", package="sample")
    after = Keyring("the-second-secret-0123456789", package="sample", previous="the-first-secret-0123456789")

    assert after.open("fields", before.seal("fields", b"kept")) == b"kept"
    with pytest.raises(SealBroken):
        before.open("fields", after.seal("fields", b"new"))


def test_packages_do_not_share_keys() -> None:
    other = Keyring("a-secret-for-tests-0123456789-abcdef", package="other")

    assert other.signing_key("evidence").kid != KEYS.signing_key("evidence").kid
    assert other.fingerprint("id", "1") != KEYS.fingerprint("id", "1")


def test_the_canonical_text_does_not_depend_on_the_order_of_keys() -> None:
    assert crypto.canonical({"b": 1, "a": {"d": 1, "c": 2}}) == crypto.canonical({"a": {"c": 2, "d": 1}, "b": 1})
