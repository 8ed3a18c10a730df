-- name: ask!
INSERT INTO passkey_challenge (id, kind, person_id, purpose, challenge, user_handle, expires_at)
VALUES (:id, :kind, :person_id, :purpose, :challenge, :user_handle, :expires_at);

-- name: take^
DELETE FROM passkey_challenge WHERE id = :id
RETURNING id, kind, person_id, purpose, challenge, user_handle, expires_at;

-- name: forget!
DELETE FROM passkey_challenge WHERE expires_at < :before;

-- name: add!
INSERT INTO passkey (id, credential, person_id, name, user_handle, public_key, sign_count, made_at, used_at)
VALUES (:id, :credential, :person_id, :name, :user_handle, :public_key, :sign_count, :made_at, '');

-- name: by_credential^
SELECT id, credential, person_id, name, user_handle, public_key, sign_count, made_at, used_at FROM passkey
WHERE credential = :credential;

-- name: listed
SELECT id, credential, person_id, name, user_handle, public_key, sign_count, made_at, used_at FROM passkey
WHERE person_id = :person_id ORDER BY made_at, id LIMIT :limit;

-- name: use!
UPDATE passkey SET sign_count = :sign_count, used_at = :now WHERE id = :id AND sign_count = :was;

-- name: remove!
DELETE FROM passkey WHERE id = :id AND person_id = :person_id;

-- name: remove_all!
DELETE FROM passkey WHERE person_id = :person_id;
