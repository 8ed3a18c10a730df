-- Ministries, agencies and their parts. `names` holds the name in each language as JSON.
CREATE TABLE organisation (
    id TEXT PRIMARY KEY,
    names TEXT NOT NULL,
    kind TEXT NOT NULL,
    parent_id TEXT REFERENCES organisation (id),
    place TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX organisation_parent ON organisation (parent_id);

-- Whoever learns, teaches or is assessed. `subject` is how the person signs in, once they did; `number` how the country
-- knows them. Names and addresses of messages are sealed; erasing a person takes both away and leaves the id, so that
-- what was counted stays countable.
CREATE TABLE person (
    id TEXT PRIMARY KEY,
    subject TEXT UNIQUE,
    number TEXT UNIQUE,
    name_sealed {{bytes}},
    contact_sealed {{bytes}},
    gender TEXT NOT NULL CHECK (gender IN ('female', 'male', 'other', 'unstated')),
    organisation_id TEXT REFERENCES organisation (id),
    manager_id TEXT REFERENCES person (id),
    place TEXT NOT NULL,
    language TEXT NOT NULL,
    created_at TEXT NOT NULL,
    erased_at TEXT
);
CREATE INDEX person_organisation ON person (organisation_id, id);
CREATE INDEX person_manager ON person (manager_id);

-- The profiles that a person's post asks for, such as project-manager. Ids are those of the role model.
CREATE TABLE post (
    person_id TEXT NOT NULL REFERENCES person (id),
    role_id TEXT NOT NULL,
    PRIMARY KEY (person_id, role_id)
);
CREATE INDEX post_role ON post (role_id, person_id);
