-- name: catalogues
SELECT id, name, code, group_id, group_name, position, data_index_increment
FROM registry_catalogue
ORDER BY position, id;

-- name: catalogue_by_name^
SELECT id, name, code, group_id, group_name, position, data_index_increment
FROM registry_catalogue
WHERE group_name = :group_name AND name = :name;

-- name: next_places^
SELECT COALESCE(MAX(id), 0) + 1 AS id, COALESCE(MAX(position), 0) + 1 AS position,
       COALESCE(MAX(group_id), 0) + 1 AS new_group_id,
       MAX(CASE WHEN group_name = :group_name THEN group_id END) AS group_id
FROM registry_catalogue;

-- name: add_catalogue!
INSERT INTO registry_catalogue (id, name, code, group_id, group_name, position, data_index_increment)
VALUES (:id, :name, :code, :group_id, :group_name, :position, :data_index_increment)
ON CONFLICT (id) DO UPDATE
SET name = excluded.name, code = excluded.code, group_id = excluded.group_id, group_name = excluded.group_name,
    position = excluded.position, data_index_increment = excluded.data_index_increment;

-- name: take_id$
-- Taking the row's lock also lets one creation at a time look for a free code.
UPDATE registry_number SET highest = highest + 1 WHERE id = 1 RETURNING highest;

-- name: keep_id_free!
UPDATE registry_number SET highest = CASE WHEN highest < :id THEN :id ELSE highest END WHERE id = 1;

-- name: registry_by_code^
SELECT * FROM registry WHERE code_key = :code_key AND lifecycle <> 'deleted';

-- name: registry_by_id^
SELECT * FROM registry WHERE id = :id AND lifecycle <> 'deleted';

-- name: locked_by_code^
-- The update takes the row's lock, so that two publications of one registry queue here.
UPDATE registry SET modified_at = modified_at WHERE code_key = :code_key AND lifecycle <> 'deleted' RETURNING *;

-- name: locked_by_id^
UPDATE registry SET modified_at = modified_at WHERE id = :id AND lifecycle <> 'deleted' RETURNING *;

-- name: all_registries
SELECT * FROM registry WHERE lifecycle <> 'deleted' ORDER BY id LIMIT :limit;

-- name: add_registry!
INSERT INTO registry
    (id, code, code_key, name, description, catalogue_id, institution, domain, retention_days, classification, storage,
     default_index, default_grant, stewards, lifecycle, field_numbers, increment_index, next_index, draft, modified_at,
     by_user_name, by_user_auth_id, by_on_behalf_of_user_name)
VALUES
    (:id, :code, :code_key, :name, :description, :catalogue_id, :institution, :domain, :retention_days,
     :classification, :storage, :default_index, :default_grant, :stewards, :lifecycle, :field_numbers,
     :increment_index, :next_index, :draft, :modified_at, :by_user_name, :by_user_auth_id,
     :by_on_behalf_of_user_name);

-- name: change_registry!
UPDATE registry
SET code = :code, name = :name, description = :description, catalogue_id = :catalogue_id,
    institution = :institution, domain = :domain, retention_days = :retention_days,
    classification = :classification, storage = :storage, default_index = :default_index,
    default_grant = :default_grant, stewards = :stewards, lifecycle = :lifecycle, field_numbers = :field_numbers,
    increment_index = :increment_index, draft = :draft, modified_at = :modified_at, by_user_name = :by_user_name,
    by_user_auth_id = :by_user_auth_id, by_on_behalf_of_user_name = :by_on_behalf_of_user_name
WHERE id = :id;

-- name: ids_of_acronym
SELECT registry.id FROM registry JOIN registry_catalogue ON registry_catalogue.id = registry.catalogue_id
WHERE registry.lifecycle <> 'deleted' AND (registry.code_key = :code_key OR registry_catalogue.code = :code)
ORDER BY registry.id;

-- name: take_index$
UPDATE registry SET next_index = next_index + :count WHERE id = :id RETURNING next_index;

-- name: versions
SELECT * FROM registry_version
WHERE registry_id = :registry_id AND lifecycle <> 'deleted'
ORDER BY position DESC;

-- name: version_numbers
-- Deleted versions too: a number is never given twice.
SELECT version, position, lifecycle FROM registry_version WHERE registry_id = :registry_id ORDER BY position DESC;

-- name: all_versions
SELECT registry_version.* FROM registry_version JOIN registry ON registry.id = registry_version.registry_id
WHERE registry_version.lifecycle <> 'deleted' AND registry.lifecycle <> 'deleted'
ORDER BY registry_version.registry_id, registry_version.position DESC;

-- name: add_version!
INSERT INTO registry_version
    (registry_id, version, position, lifecycle, definition, changes, published_at, published_by)
VALUES (:registry_id, :version, :position, 'published', :definition, :changes, :published_at, :published_by);

-- name: services
SELECT id, version, name, kind, state, used_count, custom, definition FROM registry_service
WHERE registry_id = :registry_id
ORDER BY id;

-- name: all_services
SELECT registry_id, id, version, name, kind, state, used_count, custom, definition FROM registry_service ORDER BY id;

-- name: add_services*!
INSERT INTO registry_service (registry_id, version, name, kind, state, custom, definition)
VALUES (:registry_id, :version, :name, :kind, :state, :custom, :definition);

-- The statements below are written against record_pattern; the store puts the table of one registry in its place.

-- name: create_record_table!
CREATE TABLE IF NOT EXISTS record_pattern (
    uuid TEXT PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    content TEXT NOT NULL,
    version TEXT NOT NULL,
    created_at TEXT NOT NULL,
    modified_at TEXT NOT NULL,
    deleted_at TEXT,
    archived_at TEXT,
    revision BIGINT NOT NULL,
    change_hash TEXT NOT NULL
);

-- name: create_record_table__postgres!
CREATE TABLE IF NOT EXISTS record_pattern (
    uuid TEXT PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    content JSONB NOT NULL,
    version TEXT NOT NULL,
    created_at TEXT NOT NULL,
    modified_at TEXT NOT NULL,
    deleted_at TEXT,
    archived_at TEXT,
    revision BIGINT NOT NULL,
    change_hash TEXT NOT NULL
);

-- name: record_indexes
SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = :table_name AND sql IS NOT NULL;

-- name: record_indexes__postgres
SELECT indexname AS name FROM pg_indexes WHERE schemaname = current_schema() AND tablename = :table_name;

-- name: count_repeated$
SELECT COALESCE(SUM(copies), 0) FROM (
    SELECT COUNT(*) AS copies FROM record_pattern
    WHERE deleted_at IS NULL AND {present} GROUP BY {keys} HAVING COUNT(*) > 1
) AS repeated;

-- name: count_longer$
SELECT COUNT(*) FROM record_pattern WHERE length({value}) > :most;

-- name: count_live$
SELECT COUNT(*) FROM record_pattern WHERE deleted_at IS NULL;

-- name: sample
SELECT content FROM record_pattern WHERE deleted_at IS NULL AND archived_at IS NULL ORDER BY number LIMIT 1;
