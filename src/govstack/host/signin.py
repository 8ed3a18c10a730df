"""Signing people in to pages: an OpenID Connect relying party by code flow with PKCE, the same for every package."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from govstack.kernel import ids, log, sessions
from govstack.kernel.actor import Actor
from govstack.kernel.auth import TOKEN_CHARACTERS_MAX, TokenVerifier
from govstack.kernel.crypto import equal, to_base64url
from govstack.kernel.errors import BadRequest, Problem, Unauthenticated
from govstack.kernel.i18n import _
from govstack.kernel.mediation import Credentials, Network
from govstack.kernel.routing import Answer, Call, Routes, public
from govstack.kernel.sessions import Sessions, parse_cookies

_AS_WRITTEN = "/?#[]@!$&'()*+,;=:%~"
SCOPE = "openid profile"
FORM = "application/x-www-form-urlencoded"
LOGOUT_PATH = "/session/backchannel-logout"
NEVER_KEPT = {"Cache-Control": "no-store"}


class LogoutNotice(msgspec.Struct):
    """What the identity provider sends when a session is over (OpenID Connect Back-Channel Logout 1.0 section 2.5)."""

    logout_token: Annotated[str, msgspec.Meta(max_length=TOKEN_CHARACTERS_MAX)]


@dataclass(frozen=True)
class RelyingParty:
    """One package as a client of the identity provider."""

    package: str
    issuer: str
    network: Network
    verifier: TokenVerifier
    sessions: Sessions
    credentials: Credentials
    public_url: str

    @property
    def callback(self) -> str:
        """Return the address people come back to."""
        return f"{self.public_url}/session/callback"

    async def begin(self, call: Call, to: str) -> Answer:
        """Send the browser to the identity provider."""
        metadata = await self.network.fetch_json(f"{self.issuer}/.well-known/openid-configuration")
        state, nonce, proof = ids.new_secret(24), ids.new_secret(24), ids.new_secret(48)
        asked = {
            "response_type": "code",
            "client_id": self.credentials.client_id,
            "redirect_uri": self.callback,
            "scope": SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": to_base64url(hashlib.sha256(proof.encode()).digest()),
            "code_challenge_method": "S256",
            "ui_locales": call.language,
        }
        cookie = self.sessions.keep_flow({"state": state, "nonce": nonce, "proof": proof, "to": _own_path(to)})
        return _move(f"{metadata['authorization_endpoint']}?{urlencode(asked)}", cookie)

    async def finish(self, call: Call, *, code: str, state: str) -> Answer:
        """Exchange the code and start the session; refuses a flow that this browser did not begin."""
        flow = self.sessions.flow(parse_cookies(call.headers.get("cookie", "")))
        if flow is None or not equal(str(flow["state"]), state):
            raise BadRequest(_("This sign-in has expired or was started elsewhere. Start again."))
        actor, told = await self._exchange(code, flow)
        to = str(flow["to"]) or f"{call.mount}/"
        cookie = self.sessions.start(actor, provider_sid=str(told.get("sid", "")), began=float(told.get("iat", 0)))
        return _move(to, cookie, self.sessions.end_flow())

    async def end(self, call: Call) -> Answer:
        """End the session here, for whoever else may hold its cookie too, and go on to the identity provider."""
        if "sid" in call.session:
            await sessions.end(call.context, sessions.names_of(call.session)[0])
        return _move(await self.way_out(), self.sessions.end())

    async def hear(self, call: Call, notice: LogoutNotice) -> Answer:
        """Let a session that is over at the identity provider count here no more: the one that the token names, or all
        of its person that began before; raises BadRequest for a token that does not say so."""
        try:
            told = await self.verifier.logged_out(notice.logout_token, client_id=self.credentials.client_id)
        except Unauthenticated as error:
            raise BadRequest(error.detail) from error
        if told.get("sid"):
            await sessions.end(call.context, f"sid:{told['sid']}")
        else:
            await sessions.end(call.context, f"sub:{told['sub']}", began_by=float(told["iat"]))
        log.security(self.package, "session.ended", actor=str(told.get("sub", "")), outcome="ok")
        return Answer(body=b"", headers=NEVER_KEPT)

    async def way_out(self) -> str:
        """Return where signing out goes on: at the provider, if it offers that (RP-Initiated Logout 1.0)."""
        parts = urlsplit(self.public_url)
        home = f"{parts.scheme}://{parts.netloc}/"
        try:
            metadata = await self.network.fetch_json(f"{self.issuer}/.well-known/openid-configuration")
        except Problem:
            return "/"
        endpoint = str(metadata.get("end_session_endpoint", ""))
        asked = {"client_id": self.credentials.client_id, "post_logout_redirect_uri": home}
        return f"{endpoint}?{urlencode(asked)}" if endpoint else "/"

    async def _exchange(self, code: str, flow: Mapping[str, Any]) -> tuple[Actor, Mapping[str, Any]]:
        metadata = await self.network.fetch_json(f"{self.issuer}/.well-known/openid-configuration")
        body = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.callback,
            "code_verifier": flow["proof"],
            "client_id": self.credentials.client_id,
            "client_secret": self.credentials.client_secret,
        }
        reply = await self.network.send(
            "POST",
            str(metadata["token_endpoint"]),
            headers={"content-type": FORM},
            body=urlencode(body).encode(),
        )
        grant = reply.expect(200).json()
        person, told = await self.verifier.signed_in_person(
            str(grant["id_token"]), client_id=self.credentials.client_id, nonce=str(flow["nonce"])
        )
        if person.kind != "person":
            raise Unauthenticated(_("Only people can sign in to pages."))
        return person, told


def routes(party: RelyingParty) -> Routes:
    """Return the sign-in routes of a package's pages."""
    made = Routes(tags=("session",))

    @made.page("/session/start", access=public(), operation_id="sessionStart")
    async def start(call: Call) -> Answer:
        """Begin to sign in."""
        return await party.begin(call, _parameter(call, "to"))

    @made.page("/session/callback", access=public(), operation_id="sessionCallback")
    async def callback(call: Call) -> Answer:
        """Come back from the identity provider."""
        if _parameter(call, "error"):
            raise Unauthenticated(_("The sign-in was not completed. Start again."))
        return await party.finish(call, code=_parameter(call, "code"), state=_parameter(call, "state"))

    @made.form("/session/end", access=public(), operation_id="sessionEnd")
    async def end(call: Call) -> Answer:
        """Sign out here, and go on to sign out at the identity provider."""
        return await party.end(call)

    @made.post(
        LOGOUT_PATH,
        access=public(),
        body=LogoutNotice,
        body_types=(FORM,),
        operation_id="sessionOver",
    )
    async def over(call: Call, notice: LogoutNotice) -> Answer:
        """Hear from the identity provider that a session is over."""
        return await party.hear(call, notice)

    return made


def _parameter(call: Call, name: str) -> str:
    from govstack.kernel.wire import query_pairs

    return dict(query_pairs(call.raw_query)).get(name, "")


def _own_path(to: str) -> str:
    """Keep only a path of this site: an address elsewhere would be an open redirect.

    Browsers leave tabs and line ends out and read a backslash as a slash, so only what has one reading stays as it is.
    """
    written = quote(to, safe=_AS_WRITTEN)
    return written if written.startswith("/") and not written.startswith("//") else ""


def _move(location: str, *cookies: str) -> Answer:
    return Answer(
        body=b"", status=303, media_type="text/html; charset=utf-8", headers={"Location": location}, cookies=cookies
    )
