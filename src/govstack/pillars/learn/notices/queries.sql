-- name: refuse!
INSERT INTO reminder_refusal (person_id, at) VALUES (:person_id, :at) ON CONFLICT (person_id) DO NOTHING;

-- name: want!
DELETE FROM reminder_refusal WHERE person_id = :person_id;

-- name: refuses$
SELECT COUNT(*) FROM reminder_refusal WHERE person_id = :person_id;
