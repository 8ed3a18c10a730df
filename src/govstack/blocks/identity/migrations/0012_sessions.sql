-- A session at the provider has a name, which relying parties are told where it is theirs to know.
ALTER TABLE provider_session ADD COLUMN id TEXT NOT NULL DEFAULT '';

-- Where relying parties want to be told that a session is over.
ALTER TABLE oauth_client ADD COLUMN backchannel_logout_uri TEXT NOT NULL DEFAULT '';

-- Which clients got tokens in a session, and by what name each knows it; gone when they have been told of its end.
CREATE TABLE session_client (
    session_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    sid TEXT NOT NULL,
    began_at TEXT NOT NULL,
    PRIMARY KEY (session_id, client_id)
);
CREATE INDEX session_client_person ON session_client (person_id);
CREATE INDEX session_client_sid ON session_client (client_id, sid);
CREATE INDEX session_client_began ON session_client (began_at);
