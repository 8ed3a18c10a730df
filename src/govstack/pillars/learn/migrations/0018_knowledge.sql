-- When each item of knowledge came to a stage of the cycle; what an item said before is kept by its record. "" is out of use.
CREATE TABLE knowledge_step (
    item_id TEXT NOT NULL REFERENCES record (id),
    number BIGINT NOT NULL,
    stage TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (item_id, number)
);

-- What somebody proposes to publish: one revision of an item, for one audience.
CREATE TABLE knowledge_proposal (
    item_id TEXT PRIMARY KEY REFERENCES record (id),
    number BIGINT NOT NULL,
    audience TEXT NOT NULL CHECK (audience IN ('internal', 'partner', 'public')),
    proposed_by TEXT NOT NULL,
    at TEXT NOT NULL
);

-- What was published, as it was published: later work on an item changes no edition.
CREATE TABLE knowledge_edition (
    item_id TEXT NOT NULL REFERENCES record (id),
    edition BIGINT NOT NULL CHECK (edition > 0),
    number BIGINT NOT NULL,
    audience TEXT NOT NULL CHECK (audience IN ('internal', 'partner', 'public')),
    content TEXT NOT NULL,
    published_at TEXT NOT NULL,
    published_by TEXT NOT NULL,
    withdrawn_at TEXT,
    reason TEXT NOT NULL,
    PRIMARY KEY (item_id, edition)
);
CREATE INDEX knowledge_edition_current ON knowledge_edition (audience, item_id);

-- One row for each reader, way and day. The mark is made with the salt of the day, which is thrown away when the day has
-- passed: nobody can find out afterwards who read what.
CREATE TABLE knowledge_use (
    item_id TEXT NOT NULL REFERENCES record (id),
    way TEXT NOT NULL CHECK (way IN ('view', 'download', 'citation')),
    day TEXT NOT NULL,
    mark TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (item_id, way, day, mark)
);
CREATE INDEX knowledge_use_mark ON knowledge_use (mark);
CREATE TABLE knowledge_salt (
    day TEXT PRIMARY KEY,
    salt TEXT NOT NULL
);
