-- Licences and what each allows; a country adds its own.
CREATE TABLE licence (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    adapting BIGINT NOT NULL CHECK (adapting IN (0, 1)),
    selling BIGINT NOT NULL CHECK (selling IN (0, 1)),
    share_alike BIGINT NOT NULL CHECK (share_alike IN (0, 1)),
    credit BIGINT NOT NULL CHECK (credit IN (0, 1))
);

-- Material of our own and of others. `topics` and `competencies` are JSON lists; the rows of material_subject are what is
-- counted. `holder` is who holds the rights, `owner_id` the person here who looks after it.
CREATE TABLE material (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    address TEXT NOT NULL,
    licence_id TEXT REFERENCES licence (id),
    holder TEXT NOT NULL,
    source TEXT NOT NULL,
    language TEXT NOT NULL,
    format TEXT NOT NULL,
    owner_id TEXT REFERENCES person (id),
    topics TEXT NOT NULL,
    competencies TEXT NOT NULL,
    reviewed_on TEXT NOT NULL,
    review_due TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'published', 'retired')),
    paid BIGINT NOT NULL CHECK (paid IN (0, 1)),
    parent_id TEXT REFERENCES material (id),
    change_notes TEXT NOT NULL,
    adapter_id TEXT REFERENCES person (id),
    link_state TEXT NOT NULL CHECK (link_state IN ('unchecked', 'works', 'broken')),
    link_fault TEXT NOT NULL,
    link_checked_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE INDEX material_parent ON material (parent_id);
CREATE INDEX material_link ON material (link_checked_at, id);

CREATE TABLE material_subject (
    material_id TEXT NOT NULL REFERENCES material (id),
    kind TEXT NOT NULL CHECK (kind IN ('topic', 'competency')),
    subject TEXT NOT NULL,
    PRIMARY KEY (material_id, kind, subject)
);
CREATE INDEX material_subject_subject ON material_subject (kind, subject, material_id);

-- Topics that a country wants material on, in whatever language people learn.
CREATE TABLE wanted_topic (
    subject TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('topic', 'competency')),
    source TEXT NOT NULL,
    PRIMARY KEY (kind, subject)
);

-- What an author decided after the search for what is there already, and why.
CREATE TABLE material_decision (
    id TEXT PRIMARY KEY,
    material_id TEXT NOT NULL REFERENCES material (id),
    choice TEXT NOT NULL CHECK (choice IN ('reuse', 'improve', 'create')),
    reason TEXT NOT NULL,
    found TEXT NOT NULL,
    decided_by TEXT NOT NULL REFERENCES person (id),
    decided_at TEXT NOT NULL
);
CREATE INDEX material_decision_material ON material_decision (material_id, decided_at);

-- What whoever adapted material tells the one who looks after the original.
CREATE TABLE material_notice (
    id TEXT PRIMARY KEY,
    parent_id TEXT NOT NULL REFERENCES material (id),
    material_id TEXT NOT NULL REFERENCES material (id),
    kind TEXT NOT NULL CHECK (kind IN ('notice', 'patch')),
    words TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'declined')),
    sent_by TEXT NOT NULL REFERENCES person (id),
    sent_at TEXT NOT NULL,
    answered_by TEXT REFERENCES person (id),
    answered_at TEXT NOT NULL
);
CREATE INDEX material_notice_parent ON material_notice (parent_id, sent_at);
