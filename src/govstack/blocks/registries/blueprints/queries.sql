-- name: templates
SELECT code, version, title, definition, created_at, created_by FROM registry_template AS newest
WHERE version = (SELECT MAX(version) FROM registry_template WHERE code = newest.code)
ORDER BY code
LIMIT :limit;

-- name: template^
SELECT code, version, title, definition, created_at, created_by FROM registry_template
WHERE code = :code AND (:version = 0 OR version = :version)
ORDER BY version DESC
LIMIT 1;

-- name: add_template!
INSERT INTO registry_template (code, version, title, definition, created_at, created_by)
VALUES (:code, :version, :title, :definition, :created_at, :created_by);
