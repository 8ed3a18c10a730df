-- name: add!
INSERT INTO trainer_certification (id, person_id, offering_id, certified_by, authority, since, until, created_at)
VALUES (:id, :person_id, :offering_id, :certified_by, :authority, :since, :until, :at);

-- name: finish!
UPDATE trainer_certification SET ended_at = :at WHERE id = :id AND ended_at IS NULL;

-- name: by_id^
SELECT id, person_id AS learner_id, offering_id, certified_by, authority, since, until, ended_at
FROM trainer_certification WHERE id = :id;

-- name: of_offering
SELECT id, person_id AS learner_id, offering_id, certified_by, authority, since, until, ended_at
FROM trainer_certification WHERE offering_id = :offering_id ORDER BY since, id LIMIT :limit;

-- name: of_people
SELECT id, person_id AS learner_id, offering_id, certified_by, authority, since, until, ended_at
FROM trainer_certification WHERE person_id = ANY(:person_ids) ORDER BY since, id LIMIT :limit;

-- name: listed
SELECT id, person_id AS learner_id, offering_id, certified_by, authority, since, until, ended_at
FROM trainer_certification WHERE id > :after ORDER BY id LIMIT :limit;

-- name: assign!
INSERT INTO session_trainer (session_id, person_id) VALUES (:session_id, :person_id)
ON CONFLICT (session_id, person_id) DO NOTHING;

-- name: release!
DELETE FROM session_trainer WHERE session_id = :session_id AND person_id = :person_id;

-- name: of_sessions
SELECT session_id, person_id FROM session_trainer WHERE session_id = ANY(:session_ids) ORDER BY session_id, person_id;

-- name: of_person
SELECT session_id FROM session_trainer WHERE person_id = :person_id ORDER BY session_id DESC LIMIT :limit;

-- name: release_all!
DELETE FROM session_trainer WHERE person_id = :person_id;

-- name: agree!
INSERT INTO trainer_named (person_id, at) VALUES (:person_id, :at) ON CONFLICT (person_id) DO NOTHING;

-- name: withdraw!
DELETE FROM trainer_named WHERE person_id = :person_id;

-- name: agreed
SELECT person_id FROM trainer_named WHERE person_id = ANY(:person_ids);
