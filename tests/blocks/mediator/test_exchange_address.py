"""Whatever a caller sends, the provider is asked below the service's own path, at its own host, as the right caller."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govstack.blocks.mediator.exchange import model
from govstack.blocks.mediator.exchange.errors import BadPath, LoopDetected
from govstack.kernel.outgoing import Outgoing

PATH = {
    "instanceId": "demo",
    "memberClass": "GOV",
    "memberCode": "7002",
    "applicationCode": "register",
    "serviceCode": "people",
}
PREFIX = "/r1/demo/GOV/7002/register/people"
PARTS = st.sampled_from(
    ["/", "//", "..", ".", "%2e", "%2E%2e", "%2f", "%5c", "\\", ";", "a", "people", "%00", "%0a", "@", "?", "#", "é"]
)  # fmt: skip
RESTS = st.lists(PARTS, max_size=12).map("".join) | st.text(max_size=20)
NAMES = st.sampled_from(
    ["authorization", "Authorization", "cookie", "x-forwarded-for", "x_forwarded_for", "information-mediator-client",
     "information_mediator-client", "x-govstack-client", "x-http-method-override", "host", "content-length",
     "transfer-encoding", "connection", "accept", "x-own", "te"]
)  # fmt: skip


@given(rest=RESTS)
def test_an_accepted_path_stays_below_the_service(rest: str) -> None:
    try:
        found = model.address(PATH, method="GET", raw_path=f"{PREFIX}/{rest}", raw_query="")
    except BadPath:
        return
    target = f"/v1{found.rest}"
    segments = [unquote(segment) for segment in target.split("/")]

    Outgoing("GET", "http://provider.test", target.encode("ascii")).refuse_unsafe()
    assert target.startswith("/v1/")
    assert urlsplit(target).netloc == ""
    assert not {"..", "."} & set(segments)
    assert not any("/" in segment or "\\" in segment for segment in segments)


@given(query=st.text(max_size=30))
def test_an_accepted_query_holds_nothing_that_ends_a_line(query: str) -> None:
    try:
        model.address(PATH, method="GET", raw_path=PREFIX, raw_query=query)
    except BadPath:
        return

    Outgoing("GET", "http://provider.test", f"/v1?{query}".encode("ascii")).refuse_unsafe()


@given(headers=st.dictionaries(NAMES.map(str.lower), st.sampled_from(["x", "x-own", "close, accept"]), max_size=8))
def test_no_header_of_the_caller_passes_for_one_of_the_mediator(headers: dict[str, str]) -> None:
    own = [("information-mediator-client", "demo/GOV/7001/desk"), ("authorization", "Bearer mine")]

    sent = model.request_headers(headers, own)

    plain = [name.decode().replace("_", "-") for name, _ in sent]
    assert plain.count("information-mediator-client") == plain.count("authorization") == 1
    assert dict(sent)[b"authorization"] == b"Bearer mine"
    assert not {"cookie", "host", "content-length", "transfer-encoding", "te", "connection"} & set(plain)
    assert not any(name.startswith(("x-forwarded-", "x-govstack-", "x-http-method")) for name in plain)


@given(location=st.text(max_size=40) | st.lists(PARTS, max_size=8).map("".join))
def test_a_location_leads_into_the_service_or_nowhere(location: str) -> None:
    base = "http://provider.test/v1"

    found = model.relocated(location, base=base, target=f"{base}/people", mediated=PREFIX)

    assert not found or found.startswith(PREFIX)
    assert not found or urlsplit(found).netloc == ""


@pytest.mark.parametrize(("headers", "expected"), [({}, "demo"), ({"information-mediator-hops": "one"}, "one, demo")])
def test_each_mediator_adds_itself_to_the_way(headers: dict[str, str], expected: str) -> None:
    assert model.next_hops(headers, instance="demo") == expected


def test_a_mediator_that_meets_itself_stops() -> None:
    with pytest.raises(LoopDetected):
        model.next_hops({"information-mediator-hops": "one,demo"}, instance="demo")
