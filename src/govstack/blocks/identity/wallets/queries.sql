-- name: add!
INSERT INTO wallet_partner (id, name, key_print, active, registered_at, modified_at)
VALUES (:id, :name, :key_print, TRUE, :now, :now);

-- name: change!
UPDATE wallet_partner SET name = :name, active = :active, modified_at = :now WHERE id = :id;

-- name: set_key!
UPDATE wallet_partner SET key_print = :key_print, modified_at = :now WHERE id = :id;

-- name: by_id^
SELECT id, name, active, registered_at, key_print FROM wallet_partner WHERE id = :id;

-- name: listed
SELECT id, name, active, registered_at FROM wallet_partner WHERE id > :after ORDER BY id LIMIT :limit;
