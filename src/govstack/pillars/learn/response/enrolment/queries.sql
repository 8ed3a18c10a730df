-- name: add!
INSERT INTO course_enrolment (id, session_id, person_id, state, ministry_id, gender, needs_sealed,
    waiting_since, created_at, changed_at)
VALUES (:id, :session_id, :person_id, :state, :ministry_id, :gender, :needs_sealed, :at, :at, :at)
ON CONFLICT (session_id, person_id) DO UPDATE SET state = excluded.state, ministry_id = excluded.ministry_id,
    gender = excluded.gender, needs_sealed = excluded.needs_sealed, needs_met = 0,
    waiting_since = excluded.waiting_since, changed_at = excluded.changed_at
WHERE course_enrolment.state IN ('declined', 'cancelled');

-- name: move!
UPDATE course_enrolment SET state = :state, changed_at = :at WHERE id = :id AND state = ANY(:states);

-- name: meet_needs!
UPDATE course_enrolment SET needs_met = :met, changed_at = :at WHERE id = :id;

-- name: by_id^
SELECT id, session_id, person_id, state, ministry_id, gender, needs_sealed, needs_met, waiting_since,
    created_at, changed_at
FROM course_enrolment WHERE id = :id;

-- name: of_person_in^
SELECT id, session_id, person_id, state, ministry_id, gender, needs_sealed, needs_met, waiting_since,
    created_at, changed_at
FROM course_enrolment WHERE session_id = :session_id AND person_id = :person_id;

-- name: of_people
SELECT id, session_id, person_id, state, ministry_id, gender, needs_sealed, needs_met, waiting_since,
    created_at, changed_at
FROM course_enrolment WHERE person_id = ANY(:person_ids) ORDER BY created_at DESC, id LIMIT :limit;

-- name: of_session
SELECT id, session_id, person_id, state, ministry_id, gender, needs_sealed, needs_met, waiting_since,
    created_at, changed_at
FROM course_enrolment WHERE session_id = :session_id AND id > :after ORDER BY id LIMIT :limit;

-- name: waiting
SELECT id, session_id, person_id, state, ministry_id, gender, needs_sealed, needs_met, waiting_since,
    created_at, changed_at
FROM course_enrolment WHERE session_id = :session_id AND state = 'waiting' ORDER BY waiting_since, id LIMIT :limit;

-- name: ahead$
SELECT COUNT(*) FROM course_enrolment
WHERE session_id = :session_id AND state = 'waiting' AND (waiting_since < :since OR (waiting_since = :since AND id <= :id));

-- name: seated
SELECT ministry_id, gender, COUNT(*) AS people FROM course_enrolment
WHERE session_id = :session_id AND state IN ('confirmed', 'completed', 'not-completed') GROUP BY ministry_id, gender;

-- name: figures
SELECT session_id, state, ministry_id, gender, COUNT(*) AS people FROM course_enrolment
WHERE session_id = ANY(:session_ids) GROUP BY session_id, state, ministry_id, gender;

-- name: queue!
UPDATE course_enrolment SET state = 'waiting', waiting_since = :at, changed_at = :at WHERE id = :id;

-- name: completed
SELECT DISTINCT s.offering_id AS offering_id, e.person_id AS person_id
FROM course_enrolment e JOIN course_session s ON s.id = e.session_id
WHERE e.person_id = ANY(:person_ids) AND e.state = 'completed';

-- name: completions
SELECT e.person_id AS person_id, s.offering_id AS offering_id, s.id AS session_id FROM course_enrolment e
JOIN course_session s ON s.id = e.session_id
WHERE e.session_id = ANY(:session_ids) AND e.state = 'completed' ORDER BY e.id LIMIT :limit;

-- name: seats
SELECT person_id, session_id, CASE WHEN state = 'completed' THEN 1 ELSE 0 END AS done FROM course_enrolment
WHERE session_id = ANY(:session_ids) AND state IN ('confirmed', 'completed', 'not-completed') ORDER BY id LIMIT :limit;

-- name: took_part
SELECT e.id AS id, e.person_id AS person_id, s.offering_id AS offering_id, s.starts_at AS began_at,
    CASE WHEN e.state = 'completed' THEN e.changed_at ELSE '' END AS completed_at
FROM course_enrolment e JOIN course_session s ON s.id = e.session_id
WHERE e.state IN ('confirmed', 'completed', 'not-completed') AND s.cancelled = 0 AND s.starts_at <= :now
    AND e.id > :after
ORDER BY e.id LIMIT :limit;

-- name: forget_needs!
UPDATE course_enrolment SET needs_sealed = NULL, gender = 'unstated' WHERE person_id = :person_id;

-- name: let_go_needs!
UPDATE course_enrolment SET needs_sealed = NULL WHERE needs_sealed IS NOT NULL
    AND session_id IN (SELECT id FROM course_session WHERE ends_at < :before);
