-- name: begin!
INSERT INTO course_start (course_id, learner_id, version, last_page, started_at, changed_at, completed_at)
VALUES (:course_id, :learner_id, :version, '', :started_at, :started_at, '')
ON CONFLICT (course_id, learner_id) DO NOTHING;

-- name: start^
SELECT course_id, learner_id, version, last_page, started_at, changed_at, completed_at FROM course_start
WHERE course_id = :course_id AND learner_id = :learner_id;

-- name: hold!
UPDATE course_start SET course_id = course_id WHERE course_id = :course_id AND learner_id = :learner_id;

-- name: starts
SELECT course_id, learner_id, version, last_page, started_at, changed_at, completed_at FROM course_start
WHERE learner_id = :learner_id ORDER BY started_at, course_id LIMIT :limit;

-- name: learners
SELECT learner_id FROM course_start WHERE course_id = :course_id AND learner_id > :after ORDER BY learner_id LIMIT :limit;

-- name: all_starts
SELECT course_id, learner_id, version, last_page, started_at, changed_at, completed_at FROM course_start
WHERE course_id > :course_id OR (course_id = :course_id AND learner_id > :learner_id)
ORDER BY course_id, learner_id LIMIT :limit;

-- name: go_to!
UPDATE course_start SET last_page = :page_id, changed_at = :changed_at
WHERE course_id = :course_id AND learner_id = :learner_id AND last_page <> :page_id;

-- name: complete!
UPDATE course_start SET completed_at = :completed_at
WHERE course_id = :course_id AND learner_id = :learner_id AND completed_at = '';

-- name: do!
INSERT INTO course_done (course_id, learner_id, page_id, done_at) VALUES (:course_id, :learner_id, :page_id, :done_at)
ON CONFLICT (course_id, learner_id, page_id) DO NOTHING;

-- name: done
SELECT page_id FROM course_done WHERE course_id = :course_id AND learner_id = :learner_id ORDER BY done_at LIMIT :limit;

-- name: hand_in!
INSERT INTO course_handin (id, course_id, learner_id, page_id, sealed, state, remark_sealed, handed_at, reviewed_by,
    reviewed_at)
VALUES (:id, :course_id, :learner_id, :page_id, :sealed, 'handed', NULL, :handed_at, '', '');

-- name: work^
SELECT id, course_id, learner_id, page_id, sealed, state, remark_sealed, handed_at, reviewed_by, reviewed_at
FROM course_handin WHERE id = :id;

-- name: waiting
SELECT id, course_id, learner_id, page_id, sealed, state, remark_sealed, handed_at, reviewed_by, reviewed_at
FROM course_handin WHERE course_id = :course_id AND state = 'handed' ORDER BY handed_at, id LIMIT :limit;

-- name: theirs
SELECT id, course_id, learner_id, page_id, sealed, state, remark_sealed, handed_at, reviewed_by, reviewed_at
FROM course_handin WHERE learner_id = :learner_id AND course_id = :course_id AND (:page_id = '' OR page_id = :page_id)
ORDER BY handed_at DESC, id DESC LIMIT :limit;

-- name: judge!
UPDATE course_handin SET state = :state, remark_sealed = :remark_sealed, reviewed_by = :reviewed_by,
    reviewed_at = :reviewed_at
WHERE id = :id AND state = 'handed';

-- name: figures^
SELECT COUNT(*) AS begun, COALESCE(SUM(CASE WHEN completed_at <> '' THEN 1 ELSE 0 END), 0) AS completed
FROM course_start WHERE course_id = :course_id;

-- name: count_waiting$
SELECT COUNT(*) FROM course_handin WHERE course_id = :course_id AND state = 'handed';

-- name: forget!
UPDATE course_handin SET sealed = NULL, remark_sealed = NULL WHERE learner_id = :learner_id;

-- name: completed
SELECT learner_id, version FROM course_start WHERE course_id = :course_id AND learner_id > :after AND completed_at <> ''
ORDER BY learner_id LIMIT :limit;
