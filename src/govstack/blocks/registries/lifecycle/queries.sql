-- name: set_lifecycle!
UPDATE registry SET lifecycle = :lifecycle, modified_at = :modified_at WHERE id = :id;

-- name: set_default_grant!
UPDATE registry SET default_grant = :default_grant, modified_at = :modified_at WHERE id = :id;

-- name: set_version_lifecycle!
UPDATE registry_version SET lifecycle = :lifecycle WHERE registry_id = :registry_id AND version = :version;

-- name: drop_services!
DELETE FROM registry_service WHERE registry_id = :registry_id AND (:version = '' OR version = :version);

-- name: set_back_to_draft!
UPDATE registry SET lifecycle = 'draft', draft = :draft, modified_at = :modified_at WHERE id = :id;
