-- Who asked whom to agree, or to sign the record `signs` too. What was said beside it is sealed; where the person can be
-- written to is never kept. A request whose person is forgotten keeps nobody.
CREATE TABLE consent_request (
    id TEXT PRIMARY KEY,
    agreement_id TEXT NOT NULL REFERENCES agreement (id),
    individual_id TEXT REFERENCES individual (id),
    signs TEXT NOT NULL,
    asker TEXT NOT NULL,
    content {{bytes}},
    state TEXT NOT NULL CHECK (
        state IN ('open', 'waiting', 'agreed', 'refused', 'expired', 'taken back', 'not needed', 'forgotten')
    ),
    asked_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    answered_at TEXT NOT NULL,
    CHECK ((state = 'forgotten') = (individual_id IS NULL)),
    CHECK (state <> 'forgotten' OR content IS NULL)
);
-- Nobody is asked for the same thing twice while they have not answered.
CREATE UNIQUE INDEX consent_request_open ON consent_request (agreement_id, individual_id, signs)
WHERE state IN ('open', 'waiting');
CREATE INDEX consent_request_individual ON consent_request (individual_id, asked_at);
CREATE INDEX consent_request_asker ON consent_request (asker, asked_at);
CREATE INDEX consent_request_signs ON consent_request (signs) WHERE signs <> '';
