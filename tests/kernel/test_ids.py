"""Ids are ordered, unique and well formed; secrets are long enough."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from govstack.kernel import ids


def test_an_id_is_a_uuid_of_version_seven() -> None:
    parsed = uuid.UUID(ids.new_id())

    assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)


def test_an_id_is_written_in_the_canonical_form() -> None:
    text = ids.new_id()

    assert str(uuid.UUID(text)) == text


def test_an_id_carries_the_millisecond_it_was_made_in() -> None:
    before = time.time_ns() // 1_000_000
    carried = uuid.UUID(ids.new_id()).int >> 80
    after = time.time_ns() // 1_000_000

    assert before - 1 <= carried <= after + 1_000


def test_ids_of_one_process_sort_in_the_order_they_were_made() -> None:
    made = [ids.new_id() for _ in range(10_000)]

    assert made == sorted(made)


def test_ids_made_together_are_like_those_made_one_by_one() -> None:
    before, together, after = ids.new_id(), ids.new_ids(10_000), ids.new_id()

    made = [before, *together, after]
    assert made == sorted(set(made))
    assert len(made) == 10_002
    assert {(one.version, one.variant) for one in map(uuid.UUID, together)} == {(7, uuid.RFC_4122)}
    assert [str(uuid.UUID(text)) for text in together] == together


def test_threads_never_make_the_same_id() -> None:
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda _: ids.new_id(), range(10_000)))

    assert len(set(made)) == 10_000


def test_a_secret_is_url_safe_and_differs_each_time() -> None:
    secrets = {ids.new_secret() for _ in range(100)}

    assert len(secrets) == 100
    assert all(secret.replace("-", "").replace("_", "").isalnum() for secret in secrets)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        ids.new_secret(8)


def test_jitter_stays_within_its_share() -> None:
    assert all(8 <= ids.jitter(10, 0.2) <= 12 for _ in range(1_000))
