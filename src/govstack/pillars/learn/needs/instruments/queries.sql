-- name: add!
INSERT INTO instrument (id, version, document, digest, created_at) VALUES (:id, :version, :document, :digest, :created_at);

-- name: latest^
SELECT document, digest FROM instrument WHERE id = :id ORDER BY version DESC LIMIT 1;

-- name: version^
SELECT document, digest FROM instrument WHERE id = :id AND version = :version;

-- name: versions
SELECT version, created_at FROM instrument WHERE id = :id ORDER BY version DESC LIMIT :limit;

-- name: kept
SELECT document FROM instrument WHERE id = :id ORDER BY version DESC LIMIT :limit;

-- name: listed
-- The newest version of each.
SELECT id, version, document, created_at FROM instrument AS one
WHERE id > :after AND version = (SELECT MAX(other.version) FROM instrument AS other WHERE other.id = one.id)
ORDER BY id LIMIT :limit;
