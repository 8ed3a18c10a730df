-- name: add!
INSERT INTO playbook_ticket (id, version, page, language, said_sealed, state, answer, secret_digest, created_at, changed_at)
VALUES (:id, :version, :page, :language, :said_sealed, 'new', '', :secret_digest, :at, :at);

-- name: waiting$
SELECT COUNT(*) FROM playbook_ticket WHERE state = 'new';

-- name: by_secret^
SELECT id, version, page, language, said_sealed, state, answer, created_at, changed_at FROM playbook_ticket
WHERE secret_digest = :secret_digest;

-- name: by_id^
SELECT id, version, page, language, said_sealed, state, answer, created_at, changed_at FROM playbook_ticket WHERE id = :id;

-- name: listed
SELECT id, version, page, language, said_sealed, state, answer, created_at, changed_at FROM playbook_ticket
WHERE (:state = '' OR state = :state) AND id > :after ORDER BY id LIMIT :limit;

-- name: answer!
UPDATE playbook_ticket SET state = :state, answer = :answer, changed_at = :at WHERE id = :id AND state <> 'erased';

-- name: erase!
UPDATE playbook_ticket SET state = 'erased', answer = '', said_sealed = NULL, changed_at = :at WHERE id = :id;
