-- name: put_course!
INSERT INTO launch_course (id, structure, open, created_at) VALUES (:id, :structure, :open, :created_at)
ON CONFLICT (id) DO UPDATE SET structure = excluded.structure, open = excluded.open;

-- name: course^
SELECT id, structure, open FROM launch_course WHERE id = :id;

-- name: courses
SELECT id, structure, open FROM launch_course WHERE id > :after AND open >= :least ORDER BY id LIMIT :limit;

-- name: units_worked_on
SELECT DISTINCT s.unit_id FROM launch_session s JOIN launch_registration r ON r.id = s.registration_id
WHERE r.course_id = :course_id;

-- name: register!
INSERT INTO launch_registration (id, course_id, learner_id, position, created_at)
VALUES (:id, :course_id, :learner_id, 0, :created_at) ON CONFLICT (course_id, learner_id) DO NOTHING;

-- name: registration_of^
SELECT id, course_id, learner_id, position, satisfied_at FROM launch_registration
WHERE course_id = :course_id AND learner_id = :learner_id;

-- name: registration^
SELECT id, course_id, learner_id, position, satisfied_at FROM launch_registration WHERE id = :id;

-- name: registrations_of
SELECT id, course_id, learner_id, position, satisfied_at FROM launch_registration
WHERE learner_id = :learner_id ORDER BY created_at DESC, id LIMIT :limit;

-- name: looked_at!
UPDATE launch_registration SET position = :position WHERE id = :id AND position < :position;

-- name: satisfied!
UPDATE launch_registration SET satisfied_at = :at WHERE id = :id AND satisfied_at IS NULL;

-- name: progress
SELECT part_id, completed_at, passed_at, failed_at, waived_at, satisfied_at FROM launch_progress
WHERE registration_id = :registration_id;

-- name: put_progress*!
INSERT INTO launch_progress (registration_id, part_id, completed_at, passed_at, failed_at, waived_at, satisfied_at)
VALUES (:registration_id, :part_id, :completed_at, :passed_at, :failed_at, :waived_at, :satisfied_at)
ON CONFLICT (registration_id, part_id) DO UPDATE SET
    completed_at = COALESCE(launch_progress.completed_at, excluded.completed_at),
    passed_at = COALESCE(launch_progress.passed_at, excluded.passed_at),
    failed_at = COALESCE(launch_progress.failed_at, excluded.failed_at),
    waived_at = COALESCE(launch_progress.waived_at, excluded.waived_at),
    satisfied_at = COALESCE(launch_progress.satisfied_at, excluded.satisfied_at);

-- name: hold_registration^
-- Whoever looks at statements of a registration holds it, so that nothing is found satisfied twice.
UPDATE launch_registration SET position = position WHERE id = :id
RETURNING id, course_id, learner_id, position, satisfied_at;

-- name: add_session!
INSERT INTO launch_session
    (id, registration_id, unit_id, mode, mastery_score, fetch_hash, created_at, expires_at, abandoned)
VALUES (:id, :registration_id, :unit_id, :mode, :mastery_score, :fetch_hash, :created_at, :expires_at, 0);

-- name: by_fetch^
SELECT id, registration_id, unit_id, mode, mastery_score, created_at, expires_at, fetched_at, initialized_at, ended_at
FROM launch_session WHERE fetch_hash = :fetch_hash;

-- name: fetch!
UPDATE launch_session SET fetched_at = :at WHERE id = :id AND fetched_at IS NULL AND ended_at IS NULL AND expires_at > :at;

-- name: sessions
SELECT id, registration_id, unit_id, mode, mastery_score, created_at, expires_at, fetched_at, initialized_at, ended_at
FROM launch_session WHERE registration_id = :registration_id AND id = ANY(:ids);

-- name: open_sessions
SELECT id, registration_id, unit_id, mode, mastery_score, created_at, expires_at, fetched_at, initialized_at, ended_at
FROM launch_session WHERE registration_id = :registration_id AND ended_at IS NULL ORDER BY created_at;

-- name: expired_sessions
SELECT id, registration_id, unit_id, mode, mastery_score, created_at, expires_at, fetched_at, initialized_at, ended_at
FROM launch_session WHERE ended_at IS NULL AND expires_at <= :now ORDER BY expires_at LIMIT :limit;

-- name: initialize!
UPDATE launch_session SET initialized_at = :at WHERE id = :id AND initialized_at IS NULL;

-- name: end!
UPDATE launch_session SET ended_at = :at, abandoned = :abandoned WHERE id = :id AND ended_at IS NULL;

-- name: forget!
DELETE FROM launch_registration WHERE learner_id = :learner_id;
