-- What networks brought and nobody has looked at yet.

-- name: insert_brought!
INSERT INTO brought (id, provider, sealed, at) VALUES (:id, :provider, :sealed, :at);

-- name: brought^
SELECT id, provider, sealed, at FROM brought WHERE id = :id;

-- name: erase!
DELETE FROM brought WHERE id = :id;
