-- name: session^
SELECT id, registration_id, unit_id, mode, mastery_score FROM launch_session WHERE id = :id;

-- name: said
-- What does not hold any more may be said again.
SELECT d.session_id, d.verb FROM launch_said d JOIN launch_session s ON s.id = d.session_id
LEFT JOIN statement t ON t.id = d.statement_id
WHERE s.registration_id = :registration_id AND s.unit_id = :unit_id AND COALESCE(t.voided, 0) = 0;

-- name: say*!
INSERT INTO launch_said (session_id, verb, statement_id) VALUES (:session_id, :verb, :statement_id)
ON CONFLICT (session_id, verb) DO UPDATE SET statement_id = excluded.statement_id;
