-- name: put_test!
INSERT INTO knowledge_test (id, state, content, changed_at) VALUES (:id, :state, :content, :changed_at)
ON CONFLICT (id) DO UPDATE SET state = excluded.state, content = excluded.content, changed_at = excluded.changed_at;

-- name: test^
SELECT content FROM knowledge_test WHERE id = :id;

-- name: hold^
-- Whoever decides on a test holds it first, so that nothing is decided on what it was before.
UPDATE knowledge_test SET id = id WHERE id = :id RETURNING content;

-- name: tests
SELECT content FROM knowledge_test WHERE id > :after AND (:state = '' OR state = :state) ORDER BY id LIMIT :limit;

-- name: forms
SELECT test_id, part, seed, items, assembled_at FROM test_form WHERE test_id = :test_id ORDER BY part;

-- name: add_form!
INSERT INTO test_form (test_id, part, seed, items, assembled_at) VALUES (:test_id, :part, :seed, :items, :assembled_at);

-- name: set_time!
INSERT INTO test_time (person_id, extra_percent) VALUES (:person_id, :extra_percent)
ON CONFLICT (person_id) DO UPDATE SET extra_percent = excluded.extra_percent;

-- name: time$
SELECT extra_percent FROM test_time WHERE person_id = :person_id;

-- name: forget_time!
DELETE FROM test_time WHERE person_id = :person_id;

-- name: add_attempt!
INSERT INTO test_attempt (id, test_id, part, person_id, number, started_at, deadline_at, submitted_at, percent, on_paper)
VALUES (:id, :test_id, :part, :person_id, :number, :started_at, :deadline_at, :submitted_at, :percent, :on_paper);

-- name: attempt^
SELECT id, test_id, part, person_id, number, started_at, deadline_at, submitted_at, percent, on_paper
FROM test_attempt WHERE id = :id;

-- name: attempts_of
SELECT id, test_id, part, person_id, number, started_at, deadline_at, submitted_at, percent, on_paper
FROM test_attempt WHERE person_id = :person_id AND (:test_id = '' OR test_id = :test_id)
ORDER BY started_at DESC, id LIMIT :limit;

-- name: submitted
SELECT id, test_id, part, person_id, number, started_at, deadline_at, submitted_at, percent, on_paper
FROM test_attempt WHERE test_id = :test_id AND submitted_at IS NOT NULL AND id > :after ORDER BY id LIMIT :limit;

-- name: due
SELECT id, test_id, part, person_id, number, started_at, deadline_at, submitted_at, percent, on_paper
FROM test_attempt WHERE submitted_at IS NULL AND deadline_at < :before ORDER BY deadline_at LIMIT :limit;

-- name: submit!
UPDATE test_attempt SET submitted_at = :submitted_at, percent = :percent WHERE id = :id AND submitted_at IS NULL;

-- name: add_answer!
-- An answer comes after those before it, and only while the attempt goes on.
INSERT INTO test_answer (attempt_id, position, turn, answer, answered_at)
SELECT test_attempt.id, CAST(:position AS INTEGER), 1 + (SELECT COUNT(*) FROM test_answer AS earlier
    WHERE earlier.attempt_id = :attempt_id AND earlier.position = :position), :answer, :answered_at
FROM test_attempt WHERE test_attempt.id = :attempt_id AND test_attempt.submitted_at IS NULL;

-- name: lock_attempt!
-- Taken before an answer is written or an attempt handed in, so that neither overtakes the other.
UPDATE test_attempt SET number = number WHERE id = :id AND submitted_at IS NULL;

-- name: answers
SELECT position, answer, answered_at FROM test_answer WHERE attempt_id = :attempt_id ORDER BY position, turn;

-- name: forget_answers!
DELETE FROM test_answer WHERE attempt_id IN (SELECT id FROM test_attempt WHERE person_id = :person_id);

-- name: let_go_answers!
DELETE FROM test_answer WHERE attempt_id IN (SELECT id FROM test_attempt WHERE submitted_at < :before);

-- name: let_go_chosen!
UPDATE test_result SET chosen = '[]' WHERE chosen <> '[]'
    AND attempt_id IN (SELECT id FROM test_attempt WHERE submitted_at < :before);

-- name: forget_open!
DELETE FROM test_attempt WHERE person_id = :person_id AND submitted_at IS NULL;

-- name: add_result!
INSERT INTO test_result (attempt_id, position, worth, chosen) VALUES (:attempt_id, :position, :worth, :chosen);

-- name: firsts
-- Whoever tried again had seen the questions: the first attempt of each person.
SELECT id, test_id, part, person_id, number, started_at, deadline_at, submitted_at, percent, on_paper
FROM test_attempt WHERE test_id = :test_id AND part = :part AND submitted_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM test_attempt AS earlier
    WHERE earlier.test_id = test_attempt.test_id AND earlier.part = test_attempt.part
        AND earlier.person_id = test_attempt.person_id AND earlier.submitted_at IS NOT NULL
        AND (earlier.started_at, earlier.number) < (test_attempt.started_at, test_attempt.number)
)
ORDER BY started_at, id LIMIT :limit;

-- name: takers$
SELECT COUNT(DISTINCT person_id) FROM test_attempt
WHERE test_id = :test_id AND part = :part AND submitted_at IS NOT NULL;

-- name: results
SELECT attempt_id, position, worth, chosen FROM test_result WHERE attempt_id = ANY(:ids) ORDER BY attempt_id, position;

-- name: results_of
SELECT attempt_id, position, worth, chosen FROM test_result WHERE attempt_id = :attempt_id ORDER BY position;
