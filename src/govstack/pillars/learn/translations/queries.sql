-- name: put!
INSERT INTO record_translation (record_id, language, of_number, texts, changed_at, changed_by)
VALUES (:record_id, :language, :of_number, :texts, :at, :changed_by)
ON CONFLICT (record_id, language) DO UPDATE SET of_number = excluded.of_number, texts = excluded.texts,
    changed_at = excluded.changed_at, changed_by = excluded.changed_by;

-- name: of_record
SELECT record_id, language, of_number, texts, changed_at FROM record_translation
WHERE record_id = :record_id AND texts <> '{}' ORDER BY language LIMIT :limit;

-- name: in_language
SELECT record_id, language, of_number, texts, changed_at FROM record_translation
WHERE record_id = ANY(:record_ids) AND language = :language AND texts <> '{}';

-- name: of_records
SELECT record_id, language, of_number, texts, changed_at FROM record_translation
WHERE record_id = ANY(:record_ids) ORDER BY record_id, language;

-- name: remove!
-- The row stays: it tells who took it away.
UPDATE record_translation SET texts = '{}', changed_at = :at, changed_by = :changed_by
WHERE record_id = :record_id AND language = :language AND texts <> '{}';
