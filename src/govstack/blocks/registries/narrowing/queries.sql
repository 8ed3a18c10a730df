-- The index of each registry's text: which fields it holds, how far it is filled, and how it is made.

-- name: text_index^
SELECT registry_id, paths, filled FROM record_text WHERE registry_id = :registry_id;

-- name: unfilled
SELECT registry_id FROM record_text WHERE filled < :filled ORDER BY registry_id;

-- name: without_text_index
SELECT DISTINCT registry_version.registry_id FROM registry_version
LEFT JOIN record_text ON record_text.registry_id = registry_version.registry_id
WHERE record_text.registry_id IS NULL ORDER BY registry_version.registry_id;

-- name: set_text_index!
INSERT INTO record_text (registry_id, paths, filled) VALUES (:registry_id, :paths, :filled)
ON CONFLICT (registry_id) DO UPDATE SET paths = excluded.paths, filled = excluded.filled;

-- name: set_filled!
UPDATE record_text SET filled = :filled WHERE registry_id = :registry_id AND paths = :paths;

-- name: forget_text_indexes!
DELETE FROM record_text;

-- name: text_indexes
SELECT registry_id, paths, filled FROM record_text ORDER BY registry_id;

-- The statements below are written against record_pattern; the store puts the table of one registry in its place.

-- name: some_record$
SELECT 1 FROM record_pattern LIMIT 1;

-- name: last_of_next$
SELECT MAX(number) FROM (SELECT number FROM record_pattern WHERE number > :filled ORDER BY number LIMIT :most) AS next;
