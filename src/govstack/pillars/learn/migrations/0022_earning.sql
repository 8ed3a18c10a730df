-- Which badges the completion of a course earns, under the rule of each.
CREATE TABLE course_badge (
    course_id TEXT NOT NULL REFERENCES course (id),
    achievement_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (course_id, achievement_id)
);
