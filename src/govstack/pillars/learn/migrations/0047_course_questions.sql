-- What learners ask the helpdesk of a course, sealed, by when it is to be answered, and what was answered.
-- Without words and asker it still counts.
CREATE TABLE course_question (
    id TEXT PRIMARY KEY,
    course_id TEXT NOT NULL REFERENCES course (id),
    asker_id TEXT REFERENCES person (id),
    words_sealed {{bytes}},
    asked_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    answer_sealed {{bytes}},
    answered_by TEXT REFERENCES person (id),
    answered_at TEXT,
    CHECK (due_at > asked_at),
    CHECK ((answered_at IS NULL) = (answered_by IS NULL)),
    CHECK (answered_at IS NOT NULL OR asker_id IS NOT NULL)
);
CREATE INDEX course_question_of ON course_question (asker_id, asked_at);
CREATE INDEX course_question_due ON course_question (due_at, id) WHERE answered_at IS NULL;
CREATE INDEX course_question_course ON course_question (course_id, id);
