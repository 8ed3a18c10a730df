-- name: add!
INSERT INTO course_question (id, course_id, asker_id, words_sealed, asked_at, due_at)
VALUES (:id, :course_id, :asker_id, :words_sealed, :asked_at, :due_at);

-- name: answer!
UPDATE course_question SET answer_sealed = :answer_sealed, answered_by = :by, answered_at = :at
WHERE id = :id AND answered_at IS NULL;

-- name: by_id^
SELECT id, course_id, asker_id, words_sealed, asked_at, due_at, answer_sealed, answered_by, answered_at
FROM course_question WHERE id = :id;

-- name: of_asker
SELECT id, course_id, asker_id, words_sealed, asked_at, due_at, answer_sealed, answered_by, answered_at
FROM course_question
WHERE asker_id = :asker_id AND (:course_id = '' OR course_id = :course_id) AND words_sealed IS NOT NULL
ORDER BY asked_at DESC, id LIMIT :limit;

-- name: waiting_of
SELECT id, course_id, asker_id, words_sealed, asked_at, due_at, answer_sealed, answered_by, answered_at
FROM course_question
WHERE asker_id = :asker_id AND course_id = :course_id AND answered_at IS NULL
ORDER BY asked_at, id LIMIT :limit;

-- name: lock_asker^
SELECT id FROM person WHERE id = :asker_id;

-- name: lock_asker__postgres^
SELECT id FROM person WHERE id = :asker_id FOR UPDATE;

-- name: waiting
SELECT id, course_id, asker_id, words_sealed, asked_at, due_at, answer_sealed, answered_by, answered_at
FROM course_question
WHERE answered_at IS NULL AND (:course_id = '' OR course_id = :course_id) AND (due_at, id) > (:after_due, :after)
ORDER BY due_at, id LIMIT :limit;

-- name: listed
SELECT id, course_id, asker_id, words_sealed, asked_at, due_at, answer_sealed, answered_by, answered_at
FROM course_question
WHERE id > :after AND (:course_id = '' OR course_id = :course_id) AND words_sealed IS NOT NULL
ORDER BY id LIMIT :limit;

-- name: figures
SELECT course_id, COUNT(*) AS asked,
    SUM(CASE WHEN answered_at IS NULL AND due_at >= :now THEN 1 ELSE 0 END) AS waiting,
    SUM(CASE WHEN answered_at IS NULL AND due_at < :now THEN 1 ELSE 0 END) AS overdue,
    SUM(CASE WHEN answered_at <= due_at THEN 1 ELSE 0 END) AS in_time,
    SUM(CASE WHEN answered_at > due_at THEN 1 ELSE 0 END) AS late
FROM course_question WHERE (:course_id = '' OR course_id = :course_id) AND course_id > :after
GROUP BY course_id ORDER BY course_id LIMIT :limit;

-- name: let_go!
UPDATE course_question SET asker_id = NULL, words_sealed = NULL, answer_sealed = NULL
WHERE answered_at < :before AND words_sealed IS NOT NULL;

-- name: forget_waiting!
DELETE FROM course_question WHERE asker_id = :person_id AND answered_at IS NULL;

-- name: forget_answered!
UPDATE course_question SET asker_id = NULL, words_sealed = NULL, answer_sealed = NULL WHERE asker_id = :person_id;
