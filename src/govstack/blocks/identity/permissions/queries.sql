-- name: keep!
INSERT INTO permission (id, person_id, client_id, scopes, claims, asked, transaction_id, at, ended_at)
VALUES (:id, :person_id, :client_id, :scopes, :claims, :asked, :transaction_id, :at, NULL);

-- name: end!
UPDATE permission SET ended_at = :now WHERE person_id = :person_id AND client_id = :client_id AND ended_at IS NULL;

-- name: present^
SELECT id, person_id, client_id, scopes, claims, asked, transaction_id, at, ended_at
FROM permission WHERE person_id = :person_id AND client_id = :client_id AND ended_at IS NULL;

-- name: of_person
SELECT id, person_id, client_id, scopes, claims, asked, transaction_id, at, ended_at
FROM permission WHERE person_id = :person_id ORDER BY at DESC, id DESC LIMIT :limit;
