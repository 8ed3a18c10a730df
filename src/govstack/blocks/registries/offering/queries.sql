-- name: add_uses*!
UPDATE registry_service SET used_count = used_count + :times
WHERE registry_id = :registry_id AND version = :version AND name = :name;

-- name: set_service_state!
UPDATE registry_service SET state = :state
WHERE registry_id = :registry_id AND version = :version AND name = :name;

-- name: put_custom_service!
INSERT INTO registry_service (registry_id, version, name, kind, state, custom, definition)
VALUES (:registry_id, :version, :name, :kind, 'visible', TRUE, :definition)
ON CONFLICT (registry_id, version, name) DO UPDATE
SET kind = excluded.kind, state = excluded.state, definition = excluded.definition;

-- name: drop_service!
DELETE FROM registry_service
WHERE registry_id = :registry_id AND version = :version AND name = :name AND custom;
