-- What is asked in assessments. A version is written once and never changed; a country edits by writing the next one.
CREATE TABLE instrument (
    id TEXT NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0),
    document TEXT NOT NULL,
    digest TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (id, version)
);

-- An assessment of some people or organisations in a window of time. `document` is the instrument as it was when the
-- campaign started: what is written later changes nothing here.
CREATE TABLE campaign (
    id TEXT PRIMARY KEY,
    instrument_id TEXT NOT NULL,
    instrument_version BIGINT NOT NULL,
    given TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'open', 'closed')),
    opens_on TEXT NOT NULL,
    closes_on TEXT NOT NULL,
    document TEXT,
    digest TEXT,
    created_at TEXT NOT NULL,
    started_at TEXT,
    closed_at TEXT,
    CHECK (closes_on >= opens_on),
    CHECK ((state = 'draft') = (document IS NULL))
);
CREATE INDEX campaign_newest ON campaign (created_at, id);

-- Who is assessed, as they were when the campaign started: figures by organisation, profile, gender and place are
-- counted from here. Erasing a person takes the person away and leaves the row, so that what was counted stays counted.
CREATE TABLE member (
    id TEXT PRIMARY KEY,
    campaign_id TEXT NOT NULL REFERENCES campaign (id),
    person_id TEXT,
    organisation_id TEXT,
    profile TEXT NOT NULL,
    gender TEXT NOT NULL,
    place TEXT NOT NULL
);
CREATE UNIQUE INDEX member_person ON member (campaign_id, person_id);
CREATE INDEX member_order ON member (campaign_id, id);
CREATE INDEX member_of_person ON member (person_id);
CREATE INDEX member_organisation ON member (campaign_id, organisation_id);

-- Responses are added and never changed. `pack` holds one byte for each item that is answered by choosing, in the order
-- of the campaign's instrument, so that a hundred thousand are counted in seconds; `answers` says the same by names.
-- What people wrote in words is sealed; erasing whom it is about takes the words away.
CREATE TABLE response (
    id TEXT PRIMARY KEY,
    campaign_id TEXT NOT NULL REFERENCES campaign (id),
    member_id TEXT NOT NULL REFERENCES member (id),
    rater TEXT NOT NULL CHECK (rater IN ('self', 'manager', 'test', 'evidence', 'group')),
    rater_id TEXT,
    meeting TEXT NOT NULL,
    answered_at TEXT NOT NULL,
    received_at TEXT NOT NULL,
    language TEXT NOT NULL,
    confidence TEXT NOT NULL CHECK (confidence IN ('', 'low', 'medium', 'high')),
    answers TEXT NOT NULL,
    pack {{bytes}} NOT NULL,
    words_sealed {{bytes}},
    digest TEXT NOT NULL
);
CREATE INDEX response_member ON response (member_id, answered_at);
CREATE INDEX response_rater ON response (rater_id);

-- Which response counts: the newest of each rater about somebody, and each meeting of a group for itself.
CREATE TABLE standing (
    member_id TEXT NOT NULL REFERENCES member (id),
    rater TEXT NOT NULL,
    meeting TEXT NOT NULL,
    campaign_id TEXT NOT NULL REFERENCES campaign (id),
    response_id TEXT NOT NULL REFERENCES response (id),
    answered_at TEXT NOT NULL,
    PRIMARY KEY (member_id, rater, meeting)
);
CREATE INDEX standing_campaign ON standing (campaign_id, rater);

-- Who was at a meeting of a group. Names are sealed; erasing a person takes theirs away and leaves that somebody was there.
CREATE TABLE attendance (
    response_id TEXT NOT NULL REFERENCES response (id),
    place BIGINT NOT NULL,
    person_id TEXT,
    words_sealed {{bytes}},
    PRIMARY KEY (response_id, place)
);
CREATE INDEX attendance_person ON attendance (person_id);

-- Answers that somebody has begun and not sent yet, sealed: on a phone one section at a time, without scripts.
CREATE TABLE begun (
    member_id TEXT NOT NULL REFERENCES member (id),
    rater TEXT NOT NULL,
    rater_id TEXT NOT NULL,
    response_id TEXT NOT NULL,
    words_sealed {{bytes}} NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (member_id, rater, rater_id)
);

-- Files of answers that were taken in, with what was refused, row by row.
CREATE TABLE upload (
    id TEXT PRIMARY KEY,
    campaign_id TEXT NOT NULL REFERENCES campaign (id),
    actor TEXT NOT NULL,
    caller_sealed {{bytes}} NOT NULL,
    format TEXT NOT NULL,
    size BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('reading', 'done', 'failed')),
    fault TEXT NOT NULL,
    rows_read BIGINT NOT NULL,
    added BIGINT NOT NULL,
    known BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX upload_campaign ON upload (campaign_id, created_at);

CREATE TABLE upload_piece (
    upload_id TEXT NOT NULL REFERENCES upload (id),
    number BIGINT NOT NULL,
    content {{bytes}} NOT NULL,
    PRIMARY KEY (upload_id, number)
);

CREATE TABLE upload_refusal (
    upload_id TEXT NOT NULL REFERENCES upload (id),
    number BIGINT NOT NULL,
    words_sealed {{bytes}} NOT NULL,
    PRIMARY KEY (upload_id, number)
);
