-- name: add!
INSERT INTO coaching (id, coach_id, coachee_id, supervisor_id, created_at)
VALUES (:id, :coach_id, :coachee_id, :supervisor_id, :created_at);

-- name: finish!
UPDATE coaching SET ended_at = :at WHERE id = :id AND ended_at IS NULL;

-- name: by_id^
SELECT id, coach_id, coachee_id, supervisor_id, created_at, ended_at FROM coaching WHERE id = :id;

-- name: hold^
-- Whoever writes in a coaching holds it, so that it neither ends nor is forgotten, nor grows too long, meanwhile.
UPDATE coaching SET coach_id = coach_id WHERE id = :id
RETURNING id, coach_id, coachee_id, supervisor_id, created_at, ended_at;

-- name: of_person
SELECT id, coach_id, coachee_id, supervisor_id, created_at, ended_at FROM coaching
WHERE coach_id = :person_id OR coachee_id = :person_id OR supervisor_id = :person_id
ORDER BY created_at DESC, id LIMIT :limit;

-- name: listed
SELECT id, coach_id, coachee_id, supervisor_id, created_at, ended_at FROM coaching
WHERE id > :after ORDER BY id LIMIT :limit;

-- name: add_goal!
INSERT INTO coaching_goal (id, coaching_id, competency_id, from_level, to_level, words_sealed, created_at)
VALUES (:id, :coaching_id, :competency_id, :from_level, :to_level, :words_sealed, :at);

-- name: reach!
UPDATE coaching_goal SET reached = :reached WHERE id = :id AND coaching_id = :coaching_id;

-- name: goals
SELECT id, competency_id, from_level, to_level, reached, words_sealed FROM coaching_goal
WHERE coaching_id = :coaching_id ORDER BY created_at, id LIMIT :limit;

-- name: add_note!
INSERT INTO coaching_note (id, coaching_id, author_id, day, words_sealed, created_at)
VALUES (:id, :coaching_id, :author_id, :day, :words_sealed, :at);

-- name: notes
SELECT id, author_id, day, words_sealed, created_at FROM coaching_note
WHERE coaching_id = :coaching_id ORDER BY day DESC, id DESC LIMIT :limit;

-- name: forget_notes!
DELETE FROM coaching_note WHERE coaching_id IN (SELECT id FROM coaching WHERE coachee_id = :person_id)
    OR author_id = :person_id;

-- name: forget_goals!
DELETE FROM coaching_goal WHERE coaching_id IN (SELECT id FROM coaching WHERE coachee_id = :person_id);

-- name: let_go_notes!
DELETE FROM coaching_note WHERE coaching_id IN (SELECT id FROM coaching WHERE ended_at < :before);

-- name: let_go_goals!
DELETE FROM coaching_goal WHERE coaching_id IN (SELECT id FROM coaching WHERE ended_at < :before);

-- name: finish_all!
UPDATE coaching SET ended_at = :at WHERE (coach_id = :person_id OR coachee_id = :person_id) AND ended_at IS NULL;

-- name: no_supervisor!
UPDATE coaching SET supervisor_id = NULL WHERE supervisor_id = :person_id;
