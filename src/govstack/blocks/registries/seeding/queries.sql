-- name: registry_ids
SELECT id FROM registry;

-- name: drop_services!
DELETE FROM registry_service;

-- name: drop_keys!
DELETE FROM registry_key;

-- name: drop_versions!
DELETE FROM registry_version;

-- name: drop_grants!
DELETE FROM access_grant;

-- name: drop_policies!
DELETE FROM access_policy;

-- name: drop_groups!
DELETE FROM access_group;

-- name: drop_templates!
DELETE FROM registry_template;

-- name: drop_registries!
DELETE FROM registry;

-- name: drop_catalogues!
DELETE FROM registry_catalogue;

-- name: set_number!
UPDATE registry_number SET highest = :highest WHERE id = 1;

-- name: date_version!
UPDATE registry_version SET published_at = :at, published_by = :name WHERE registry_id = :registry_id;

-- name: date_registry!
UPDATE registry SET modified_at = :at, by_user_name = :name, by_user_auth_id = :auth_id WHERE id = :registry_id;

-- name: drop_record_table!
DROP TABLE IF EXISTS record_pattern;
