-- Who belongs to a community or a working group, both of which are records. `country` is the two letters that somebody
-- gave on joining, "" for none. Leaving keeps the row, so that coming back is no second membership.
CREATE TABLE community_member (
    community_id TEXT NOT NULL REFERENCES record (id),
    person_id TEXT NOT NULL REFERENCES person (id),
    role TEXT NOT NULL CHECK (role IN ('member', 'representative', 'facilitator')),
    country TEXT NOT NULL,
    joined_at TEXT NOT NULL,
    left_at TEXT,
    PRIMARY KEY (community_id, person_id)
);
CREATE INDEX community_member_person ON community_member (person_id, joined_at);

-- What was done in a community: append-only, and without the person once they were erased. `reference` is what it was
-- done on, so that the same act on the same thing counts once.
CREATE TABLE community_act (
    id TEXT PRIMARY KEY,
    community_id TEXT NOT NULL REFERENCES record (id),
    person_id TEXT REFERENCES person (id),
    act TEXT NOT NULL CHECK (act IN ('joined', 'asked', 'answered', 'volunteered', 'contributed', 'attended', 'reused', 'met')),
    reference TEXT NOT NULL,
    at TEXT NOT NULL,
    UNIQUE (community_id, person_id, act, reference)
);
CREATE INDEX community_act_at ON community_act (community_id, at);
CREATE INDEX community_act_person ON community_act (person_id);

-- What somebody offered to do. `note_sealed` is what they said of it; erasing the person takes the row away.
CREATE TABLE contribution (
    id TEXT PRIMARY KEY,
    community_id TEXT NOT NULL REFERENCES record (id),
    person_id TEXT NOT NULL REFERENCES person (id),
    opportunity TEXT NOT NULL,
    role TEXT NOT NULL,
    effort_hours INTEGER NOT NULL CHECK (effort_hours BETWEEN 1 AND 2000),
    due_on TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'done', 'confirmed', 'withdrawn')),
    note_sealed {{bytes}},
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE INDEX contribution_person ON contribution (person_id, id);
CREATE INDEX contribution_community ON contribution (community_id, id);

-- Questions and what was answered. Texts are the community's; a person who is erased is no author any more.
CREATE TABLE discussion (
    id TEXT PRIMARY KEY,
    community_id TEXT NOT NULL REFERENCES record (id),
    person_id TEXT REFERENCES person (id),
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    hidden_reason TEXT NOT NULL,
    closed INTEGER NOT NULL CHECK (closed IN (0, 1)),
    first_answer_at TEXT,
    created_at TEXT NOT NULL
);
CREATE INDEX discussion_community ON discussion (community_id, id);
CREATE INDEX discussion_person ON discussion (person_id);
CREATE TABLE discussion_answer (
    id TEXT PRIMARY KEY,
    discussion_id TEXT NOT NULL REFERENCES discussion (id),
    person_id TEXT REFERENCES person (id),
    body TEXT NOT NULL,
    hidden_reason TEXT NOT NULL,
    promoted INTEGER NOT NULL CHECK (promoted IN (0, 1)),
    item_id TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX discussion_answer_of ON discussion_answer (discussion_id, id);
CREATE INDEX discussion_answer_person ON discussion_answer (person_id);
