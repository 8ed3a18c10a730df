-- Words of a country beside the shipped ones: types, topics, delivery forms, audiences, programmes, goals.
CREATE TABLE offering_word (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    document TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (kind, id)
);

-- What can be learnt: `document` is the whole offering, the columns are what lists are narrowed by.
CREATE TABLE offering (
    id TEXT PRIMARY KEY,
    document TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'open', 'closed')),
    track TEXT NOT NULL,
    delivery TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE INDEX offering_listed ON offering (state, track, id);
CREATE TABLE offering_tag (
    offering_id TEXT NOT NULL REFERENCES offering (id),
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (kind, value, offering_id)
);

-- One time that an offering is held. `taken` counts who has a seat; the database itself never lets it pass `seats`.
CREATE TABLE course_session (
    id TEXT PRIMARY KEY,
    offering_id TEXT NOT NULL REFERENCES offering (id),
    starts_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    seats BIGINT NOT NULL,
    taken BIGINT NOT NULL DEFAULT 0,
    centre_id TEXT,
    cancelled BIGINT NOT NULL,
    document TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    CHECK (taken >= 0 AND taken <= seats)
);
CREATE INDEX course_session_offering ON course_session (offering_id, starts_at);
CREATE INDEX course_session_time ON course_session (ends_at, id);
CREATE INDEX course_session_centre ON course_session (centre_id, starts_at);

-- Who takes part in which session. The ministry and gender are those of the day somebody asked, for quotas and figures;
-- what a person needs in order to take part is sealed and goes when the person is erased.
CREATE TABLE course_enrolment (
    id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES course_session (id),
    person_id TEXT NOT NULL REFERENCES person (id),
    state TEXT NOT NULL CHECK (state IN
        ('asked', 'endorsed', 'confirmed', 'waiting', 'declined', 'cancelled', 'completed', 'not-completed')),
    ministry_id TEXT NOT NULL,
    gender TEXT NOT NULL,
    needs_sealed {{bytes}},
    needs_met BIGINT NOT NULL DEFAULT 0,
    waiting_since TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    UNIQUE (session_id, person_id)
);
CREATE INDEX course_enrolment_person ON course_enrolment (person_id, created_at);
CREATE INDEX course_enrolment_queue ON course_enrolment (session_id, state, waiting_since, id);

-- Who does not want to be reminded.
CREATE TABLE reminder_refusal (
    person_id TEXT PRIMARY KEY REFERENCES person (id),
    at TEXT NOT NULL
);

-- The days on which somebody was there: by the code of the day, from a paper list, or as the trainer noted.
CREATE TABLE course_attendance (
    enrolment_id TEXT NOT NULL REFERENCES course_enrolment (id),
    day TEXT NOT NULL,
    how TEXT NOT NULL CHECK (how IN ('code', 'paper', 'trainer')),
    at TEXT NOT NULL,
    PRIMARY KEY (enrolment_id, day)
);

-- What came of each part: done or not, and the result of its test in per cent.
CREATE TABLE part_result (
    enrolment_id TEXT NOT NULL REFERENCES course_enrolment (id),
    part BIGINT NOT NULL,
    done BIGINT NOT NULL,
    percent BIGINT,
    at TEXT NOT NULL,
    PRIMARY KEY (enrolment_id, part)
);

CREATE TABLE course_certificate (
    id TEXT PRIMARY KEY,
    enrolment_id TEXT NOT NULL UNIQUE REFERENCES course_enrolment (id),
    attendance_percent BIGINT NOT NULL,
    assessment_percent BIGINT,
    issued_at TEXT NOT NULL
);

-- Who may teach what, by whose word and until when. Nothing is changed afterwards but an early end.
CREATE TABLE trainer_certification (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    offering_id TEXT NOT NULL REFERENCES offering (id),
    certified_by TEXT REFERENCES person (id),
    authority TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    ended_at TEXT,
    created_at TEXT NOT NULL
);
CREATE INDEX trainer_certification_person ON trainer_certification (person_id, offering_id, until);
CREATE INDEX trainer_certification_offering ON trainer_certification (offering_id, until);
CREATE TABLE session_trainer (
    session_id TEXT NOT NULL REFERENCES course_session (id),
    person_id TEXT NOT NULL REFERENCES person (id),
    PRIMARY KEY (session_id, person_id)
);
CREATE INDEX session_trainer_person ON session_trainer (person_id);

-- Two people who work on goals together. What they write is sealed.
CREATE TABLE coaching (
    id TEXT PRIMARY KEY,
    coach_id TEXT NOT NULL REFERENCES person (id),
    coachee_id TEXT NOT NULL REFERENCES person (id),
    supervisor_id TEXT REFERENCES person (id),
    created_at TEXT NOT NULL,
    ended_at TEXT,
    CHECK (coach_id <> coachee_id)
);
CREATE INDEX coaching_coach ON coaching (coach_id);
CREATE INDEX coaching_coachee ON coaching (coachee_id);
CREATE INDEX coaching_supervisor ON coaching (supervisor_id);
CREATE TABLE coaching_goal (
    id TEXT PRIMARY KEY,
    coaching_id TEXT NOT NULL REFERENCES coaching (id),
    competency_id TEXT NOT NULL,
    from_level BIGINT NOT NULL,
    to_level BIGINT NOT NULL,
    reached BIGINT NOT NULL DEFAULT 0,
    words_sealed {{bytes}} NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX coaching_goal_of ON coaching_goal (coaching_id, created_at);
CREATE TABLE coaching_note (
    id TEXT PRIMARY KEY,
    coaching_id TEXT NOT NULL REFERENCES coaching (id),
    author_id TEXT NOT NULL REFERENCES person (id),
    day TEXT NOT NULL,
    words_sealed {{bytes}} NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX coaching_note_of ON coaching_note (coaching_id, day, id);

-- Training centres; `document` is the whole record.
CREATE TABLE training_centre (
    id TEXT PRIMARY KEY,
    document TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
-- The newest version of material that was made known, and what each centre was told of it.
CREATE TABLE material_version (
    material_id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    version TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE TABLE centre_notice (
    centre_id TEXT NOT NULL REFERENCES training_centre (id),
    material_id TEXT NOT NULL,
    version TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (centre_id, material_id, version)
);
-- What other centres offer on sites of their own.
CREATE TABLE federated_offering (
    centre_id TEXT NOT NULL REFERENCES training_centre (id),
    id TEXT NOT NULL,
    document TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (centre_id, id)
);

-- Paths of a country beside the shipped one.
CREATE TABLE learning_path (
    id TEXT PRIMARY KEY,
    document TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
