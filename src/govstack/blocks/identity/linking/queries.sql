-- name: add!
INSERT INTO wallet_link (
    id, transaction_id, code_print, expires_at, linked_at, person_id, acr, methods, authenticated_at, permitted_at,
    scopes, claims, refused_at, finished_at
) VALUES (:id, :transaction_id, :code_print, :expires_at, '', '', '', '[]', '', '', '[]', '[]', '', '');

-- name: live$
SELECT COUNT(*) FROM wallet_link WHERE transaction_id = :transaction_id AND expires_at > :now;

-- name: by_code^
SELECT id, transaction_id, expires_at, linked_at, person_id, acr, methods, authenticated_at, permitted_at, scopes,
    claims, refused_at, finished_at
FROM wallet_link WHERE code_print = :code_print;

-- name: by_linked^
SELECT id, transaction_id, expires_at, linked_at, person_id, acr, methods, authenticated_at, permitted_at, scopes,
    claims, refused_at, finished_at
FROM wallet_link WHERE linked_print = :linked_print;

-- name: link!
UPDATE wallet_link SET linked_print = :linked_print, linked_at = :now WHERE id = :id AND linked_at = '';

-- name: authenticate!
UPDATE wallet_link SET person_id = :person_id, acr = :acr, methods = :methods, authenticated_at = :now
WHERE id = :id AND authenticated_at = '' AND refused_at = '';

-- name: permit!
UPDATE wallet_link SET permitted_at = :now, scopes = :scopes, claims = :claims
WHERE id = :id AND finished_at = '' AND refused_at = '';

-- name: refuse!
UPDATE wallet_link SET refused_at = :now WHERE id = :id AND finished_at = '' AND refused_at = '';

-- name: finish!
UPDATE wallet_link SET finished_at = :now WHERE id = :id;
