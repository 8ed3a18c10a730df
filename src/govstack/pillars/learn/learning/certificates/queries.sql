-- name: add!
INSERT INTO external_certificate (id, person_id, scheme, state, content_sealed, evidence_sealed, evidence_type, issued_on, expires_on, reviewed_by, reviewed_at, reason, created_at)
VALUES (:id, :person_id, :scheme, 'declared', :content_sealed, :evidence_sealed, :evidence_type, :issued_on, :expires_on, '', NULL, '', :created_at);

-- name: by_id^
SELECT id, person_id, state, content_sealed, evidence_type, reviewed_at, reason FROM external_certificate WHERE id = :id;

-- name: copy_of^
SELECT evidence_sealed, evidence_type FROM external_certificate WHERE id = :id;

-- name: of_person
SELECT id, person_id, state, content_sealed, evidence_type, reviewed_at, reason
FROM external_certificate WHERE person_id = :person_id ORDER BY id DESC LIMIT :limit;

-- name: waiting
SELECT id, person_id, state, content_sealed, evidence_type, reviewed_at, reason
FROM external_certificate WHERE state = 'declared' AND id > :after ORDER BY id LIMIT :limit;

-- name: review!
UPDATE external_certificate SET state = :state, reason = :reason, reviewed_by = :reviewed_by, reviewed_at = :reviewed_at
WHERE id = :id AND state = 'declared';

-- name: remove!
DELETE FROM external_certificate WHERE id = :id;

-- name: forget!
DELETE FROM external_certificate WHERE person_id = :person_id;
