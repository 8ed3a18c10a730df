-- name: put!
INSERT INTO known_secret (person_id, kind, content, made_at, used_at)
VALUES (:person_id, :kind, :content, :made_at, '')
ON CONFLICT (person_id, kind) DO UPDATE SET content = excluded.content, made_at = excluded.made_at, used_at = '';

-- name: read^
SELECT content FROM known_secret WHERE person_id = :person_id AND kind = :kind;

-- name: listed
SELECT kind, made_at, used_at FROM known_secret WHERE person_id = :person_id ORDER BY kind;

-- name: note_use!
UPDATE known_secret SET used_at = :used_at WHERE person_id = :person_id AND kind = :kind;

-- name: remove!
DELETE FROM known_secret WHERE person_id = :person_id AND kind = :kind;
