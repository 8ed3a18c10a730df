-- name: add!
INSERT INTO lti_choice (id, tool_id, person_id, subject, course_id, language, found, expires_at)
VALUES (:id, :tool_id, :person_id, :subject, :course_id, '', '', :expires_at);

-- name: choice^
SELECT id, tool_id, person_id, subject, course_id, language, found, expires_at FROM lti_choice
WHERE id = :id AND expires_at > :now;

-- name: tell!
UPDATE lti_choice SET data_hash = :data_hash, language = :language, expires_at = :expires_at
WHERE id = :id AND data_hash IS NULL AND expires_at > :now;

-- name: awaited^
SELECT id, tool_id, person_id, subject, course_id, language, found, expires_at FROM lti_choice
WHERE data_hash = :data_hash AND tool_id = :tool_id AND page IS NULL AND expires_at > :now;

-- name: answer!
UPDATE lti_choice SET page = :page, found = :found WHERE id = :id AND page IS NULL;

-- name: answered^
SELECT id, tool_id, person_id, subject, course_id, language, found, expires_at FROM lti_choice
WHERE page = :page AND person_id = :person_id AND expires_at > :now;

-- name: drop!
DELETE FROM lti_choice WHERE id = :id;

-- name: add_nonce!
INSERT INTO lti_nonce (hash, expires_at) VALUES (:hash, :expires_at) ON CONFLICT (hash) DO NOTHING;

-- name: tidy!
DELETE FROM lti_choice WHERE expires_at <= :before;

-- name: tidy_nonces!
DELETE FROM lti_nonce WHERE expires_at <= :before;

-- name: forget!
DELETE FROM lti_choice WHERE person_id = :person_id;
