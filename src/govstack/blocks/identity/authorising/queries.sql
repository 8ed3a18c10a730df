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
