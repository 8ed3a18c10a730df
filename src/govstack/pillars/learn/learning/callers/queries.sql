-- name: add_grant!
INSERT INTO statement_grant (hash, learner_id, activity, registration, session_id, expires_at)
VALUES (:hash, :learner_id, :activity, :registration, :session_id, :expires_at);

-- name: grant^
SELECT learner_id, activity, registration, session_id, expires_at FROM statement_grant
WHERE hash = :hash AND expires_at > :now;

-- name: end_session!
DELETE FROM statement_grant WHERE session_id = :session_id;

-- name: end_learner!
DELETE FROM statement_grant WHERE learner_id = :learner_id;

-- name: end_expired!
DELETE FROM statement_grant WHERE expires_at <= :now;
