-- name: add!
INSERT INTO identity
    (id, subject, status, blocked_until, roles, scopes, content, listed, position, registered_at, modified_at, version)
VALUES (:id, :subject, :status, :blocked_until, :roles, :scopes, :content, :listed, :position, :now, :now, 1);

-- name: revise!
UPDATE identity SET status = :status, blocked_until = :blocked_until, roles = :roles, scopes = :scopes,
    content = :content, listed = :listed, position = :position, modified_at = :now, version = version + 1
WHERE id = :id AND version = :version;

-- name: hold!
-- Whoever wants to change the row waits.
UPDATE identity SET version = version WHERE id = :id;

-- name: by_ids
SELECT id, subject, status, blocked_until, roles, scopes, content, listed, position, registered_at, modified_at, version
FROM identity WHERE id = ANY(:ids);

-- name: by_subject^
SELECT id, subject, status, blocked_until, roles, scopes, content, listed, position, registered_at, modified_at, version
FROM identity WHERE subject = :subject;

-- name: by_print^
SELECT i.id, i.subject, i.status, i.blocked_until, i.roles, i.scopes, i.content, i.listed, i.position,
    i.registered_at, i.modified_at, i.version, n.id AS identifier_id, n.kind AS identifier_kind,
    n.form AS identifier_form
FROM identifier n JOIN identity i ON i.id = n.person_id
WHERE n.print = ANY(:prints) AND n.status <> 'revoked'
    AND (n.status = 'active' OR (n.status = 'blocked' AND n.blocked_until <> '' AND n.blocked_until <= :now))
    AND (n.expires_at = '' OR n.expires_at > :now)
    AND (i.status = 'active' OR (i.status = 'blocked' AND i.blocked_until <> '' AND i.blocked_until <= :now));

-- name: listed
SELECT id, subject, status, blocked_until, roles, scopes, content, listed, position, registered_at, modified_at, version
FROM identity WHERE listed AND status = 'active' ORDER BY position, id LIMIT :limit;

-- name: page
SELECT id, subject, status, blocked_until, roles, scopes, content, listed, position, registered_at, modified_at, version
FROM identity WHERE (registered_at, id) > (:after_at, :after_id) ORDER BY registered_at, id LIMIT :limit;

-- name: note_change!
INSERT INTO identity_change (person_id, number, at, kind, content) VALUES (:person_id, :number, :at, :kind, :content);

-- name: changes
SELECT number, at, kind, content FROM identity_change
WHERE person_id = :person_id AND number < :before AND (:until = '' OR at <= :until)
ORDER BY number DESC LIMIT :limit;
