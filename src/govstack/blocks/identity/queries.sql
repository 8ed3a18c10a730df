-- name: client_by_id^
SELECT id, secret_hash, application, scopes, redirect_uris FROM client WHERE id = :id;

-- name: put_client!
INSERT INTO client (id, secret_hash, application, scopes, redirect_uris, modified_at)
VALUES (:id, :secret_hash, :application, :scopes, :redirect_uris, :modified_at)
ON CONFLICT (id) DO UPDATE SET
    secret_hash = excluded.secret_hash, application = excluded.application, scopes = excluded.scopes,
    redirect_uris = excluded.redirect_uris, modified_at = excluded.modified_at;

-- name: remove_client!
DELETE FROM client WHERE id = :id;

-- name: person_by_id^
SELECT id, name, roles, scopes, attributes, listed, position FROM person WHERE id = :id;

-- name: listed_people
SELECT id, name, roles, scopes, attributes, listed, position FROM person
WHERE listed = TRUE ORDER BY position, id LIMIT :limit;

-- name: put_person!
INSERT INTO person (id, name, roles, scopes, attributes, listed, position, modified_at)
VALUES (:id, :name, :roles, :scopes, :attributes, :listed, :position, :modified_at)
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, roles = excluded.roles, scopes = excluded.scopes, attributes = excluded.attributes,
    listed = excluded.listed, position = excluded.position, modified_at = excluded.modified_at;

-- name: remove_person!
DELETE FROM person WHERE id = :id;

-- name: begin_sign_in!
INSERT INTO sign_in (id, request, person_id, one_time_code_hash, attempts, expires_at)
VALUES (:id, :request, NULL, '', 0, :expires_at);

-- name: sign_in_by_id^
SELECT id, request, person_id, one_time_code_hash, attempts, expires_at FROM sign_in WHERE id = :id;

-- name: name_person!
UPDATE sign_in SET person_id = :person_id, one_time_code_hash = :one_time_code_hash, attempts = 0 WHERE id = :id;

-- name: count_attempt^
UPDATE sign_in SET attempts = attempts + 1 WHERE id = :id RETURNING attempts;

-- name: end_sign_in!
DELETE FROM sign_in WHERE id = :id;

-- name: keep_code!
INSERT INTO authorisation_code
    (code_hash, client_id, person_id, redirect_uri, nonce, challenge, expires_at, used_at)
VALUES (:code_hash, :client_id, :person_id, :redirect_uri, :nonce, :challenge, :expires_at, NULL);

-- name: code_by_hash^
SELECT client_id, person_id, redirect_uri, nonce, challenge, expires_at, used_at
FROM authorisation_code WHERE code_hash = :code_hash;

-- name: use_code!
UPDATE authorisation_code SET used_at = :used_at WHERE code_hash = :code_hash AND used_at IS NULL;

-- name: forget_codes!
DELETE FROM authorisation_code WHERE expires_at < :before;

-- name: forget_sign_ins!
DELETE FROM sign_in WHERE expires_at < :before;
