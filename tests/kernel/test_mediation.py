"""The way out of the process: whole answers within limits, applications of this process called directly."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import pytest

from govstack.kernel.errors import BadGateway, Unavailable
from govstack.kernel.mediation import Network

SEEN = "http://blocks.test"


class Application:
    """Answers with what it was asked."""

    def __init__(self, answer: bytes = b"{}") -> None:
        self.answer = answer
        self.scopes: list[MutableMapping[str, Any]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scopes.append(scope)
        headers = [(b"x-one", b"1"), (b"x-one", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": self.answer})


async def test_an_application_of_this_process_is_asked_without_a_socket() -> None:
    network, application = Network(), Application(b'{"name":"Zo\xc3\xab"}')
    network.serve_locally(SEEN, application)

    reply = await network.send("GET", f"{SEEN}/a b/%2F?q=Zoë#part")

    assert reply.json() == {"name": "Zoë"}
    assert reply.headers["x-one"] == "1, 2"
    assert application.scopes[0]["raw_path"] == b"/a%20b/%2F"
    assert application.scopes[0]["query_string"] == b"q=Zo%C3%AB"


async def test_behind_one_origin_only_what_is_mounted_here_is_asked_directly() -> None:
    network, mounted = Network(), Application()
    network.serve_locally("http://127.0.0.1:9/registries", mounted)

    await network.send("GET", "http://127.0.0.1:9/registries/health/live")
    with pytest.raises(Unavailable):
        await network.send("GET", "http://127.0.0.1:9/mediator/health/live")

    assert len(mounted.scopes) == 1


async def test_an_answer_beyond_the_limit_is_given_up() -> None:
    network = Network()
    network.serve_locally(SEEN, Application(b"x" * 11))

    with pytest.raises(BadGateway):
        await network.send("GET", SEEN, bytes_max=10)
    assert (await network.send("GET", SEEN, bytes_max=11)).body == b"x" * 11


@pytest.mark.parametrize("url", ["", "ftp://blocks.test/", "http:///x", "http://user@blocks.test/", "http://[::1"])
async def test_what_is_no_address_is_not_asked(url: str) -> None:
    with pytest.raises(Unavailable):
        await Network().send("GET", url)
