-- name: push!
INSERT INTO pushed_request (print, client_id, parameters, expires_at)
VALUES (:print, :client_id, :parameters, :expires_at);

-- name: take_pushed^
DELETE FROM pushed_request WHERE print = :print AND client_id = :client_id RETURNING parameters, expires_at;

-- name: forget_pushed!
DELETE FROM pushed_request WHERE expires_at < :before;

-- name: name_person!
-- Whoever is named anew has proven nothing yet.
INSERT INTO named_person (transaction_id, person_id, one_time_id, methods)
VALUES (:transaction_id, :person_id, :one_time_id, '')
ON CONFLICT (transaction_id) DO UPDATE SET
    person_id = excluded.person_id, one_time_id = excluded.one_time_id, methods = excluded.methods;

-- name: named_person^
SELECT person_id, one_time_id, methods FROM named_person WHERE transaction_id = :transaction_id;

-- name: note_methods!
UPDATE named_person SET methods = :methods WHERE transaction_id = :transaction_id AND person_id = :person_id;

-- name: keep_permission!
INSERT INTO permission (id, person_id, client_id, scopes, claims, asked, transaction_id, at, ended_at)
VALUES (:id, :person_id, :client_id, :scopes, :claims, :asked, :transaction_id, :at, NULL);

-- name: end_permission!
UPDATE permission SET ended_at = :now WHERE person_id = :person_id AND client_id = :client_id AND ended_at IS NULL;

-- name: permission_for^
SELECT id, person_id, client_id, scopes, claims, asked, transaction_id, at, ended_at
FROM permission WHERE person_id = :person_id AND client_id = :client_id AND ended_at IS NULL;

-- name: permissions_of_person
SELECT id, person_id, client_id, scopes, claims, asked, transaction_id, at, ended_at
FROM permission WHERE person_id = :person_id ORDER BY at DESC, id DESC LIMIT :limit;
