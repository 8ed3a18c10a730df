-- name: claim_request!
-- The first to enter a request's key does the work; on PostgreSQL a second one waits here until the first has ended.
INSERT INTO repeatable_request (actor, request_key, digest, answer, at)
VALUES (:actor, :request_key, :digest, NULL, :at)
ON CONFLICT (actor, request_key) DO NOTHING;

-- name: request^
SELECT digest, answer FROM repeatable_request WHERE actor = :actor AND request_key = :request_key;

-- name: keep_answer!
UPDATE repeatable_request SET answer = :answer WHERE actor = :actor AND request_key = :request_key;

-- name: forget_request!
DELETE FROM repeatable_request WHERE actor = :actor AND request_key = :request_key;

-- name: forget_requests!
DELETE FROM repeatable_request WHERE at < :before;

-- name: forget_changes!
DELETE FROM registry_change WHERE registry_id = :registry_id;

-- name: forget_head!
DELETE FROM registry_head WHERE registry_id = :registry_id;
