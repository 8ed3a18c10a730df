-- name: put!
INSERT INTO training_centre (id, document, created_at, changed_at) VALUES (:id, :document, :at, :at)
ON CONFLICT (id) DO UPDATE SET document = excluded.document, changed_at = excluded.changed_at;

-- name: by_id^
SELECT document FROM training_centre WHERE id = :id;

-- name: lock!
-- Whoever changes a part of a centre, or what it offers, comes here first.
UPDATE training_centre SET id = id WHERE id = :id;

-- name: listed
SELECT document FROM training_centre WHERE id > :after ORDER BY id LIMIT :limit;

-- name: put_material!
INSERT INTO material_version (material_id, title, version, at) VALUES (:material_id, :title, :version, :at)
ON CONFLICT (material_id) DO UPDATE SET title = excluded.title, version = excluded.version, at = excluded.at
WHERE material_version.version <> excluded.version;

-- name: materials
SELECT material_id, title, version FROM material_version WHERE material_id = ANY(:ids) ORDER BY material_id;

-- name: tell!
INSERT INTO centre_notice (centre_id, material_id, version, at) VALUES (:centre_id, :material_id, :version, :at)
ON CONFLICT (centre_id, material_id, version) DO NOTHING;

-- name: notices
SELECT material_id, version, at FROM centre_notice WHERE centre_id = :centre_id ORDER BY at DESC, material_id LIMIT :limit;

-- name: clear_federated!
DELETE FROM federated_offering WHERE centre_id = :centre_id;

-- name: add_federated!
INSERT INTO federated_offering (centre_id, id, document, at) VALUES (:centre_id, :id, :document, :at);

-- name: federated_of
SELECT document FROM federated_offering WHERE centre_id = :centre_id ORDER BY id LIMIT :limit;

-- name: federated
SELECT centre_id, document FROM federated_offering ORDER BY centre_id, id LIMIT :limit;
