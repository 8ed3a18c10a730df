-- name: add!
INSERT INTO record (id, kind, number, title, content, personal_sealed, audience, archived, created_at, changed_at, changed_by,
    written_in)
VALUES (:id, :kind, 1, :title, :content, :personal_sealed, :audience, FALSE, :at, :at, :changed_by, :written_in)
ON CONFLICT (id) DO NOTHING;

-- name: change!
-- Nobody else may have changed the record since it was read.
UPDATE record SET number = number + 1, title = :title, content = :content, personal_sealed = :personal_sealed,
    audience = :audience, archived = :archived, changed_at = :at, changed_by = :changed_by,
    written_in = :written_in
WHERE id = :id AND number = :number;

-- name: keep!
INSERT INTO record_revision (record_id, number, content, personal_sealed, audience, archived, changed_at, changed_by)
SELECT id, number, content, personal_sealed, audience, archived, changed_at, changed_by FROM record WHERE id = :id;

-- name: by_id^
SELECT id, kind, number, content, personal_sealed, audience, archived, changed_at, changed_by, written_in FROM record
WHERE id = :id AND kind = :kind;

-- name: held^
-- Whoever changes a record holds it from when they read it, so that nothing that is erased meanwhile is written back.
UPDATE record SET number = number WHERE id = :id AND kind = :kind
RETURNING id, kind, number, content, personal_sealed, audience, archived, changed_at, changed_by, written_in;

-- name: by_ids
SELECT id, kind, number, content, personal_sealed, audience, archived, changed_at, changed_by, written_in FROM record
WHERE id = ANY(:ids);

-- name: kinds
SELECT id, kind FROM record WHERE id = ANY(:ids) AND NOT archived;

-- name: titles
SELECT id, kind, title, audience FROM record WHERE id = ANY(:ids);

-- name: titled
SELECT id, title FROM record WHERE kind = :kind AND NOT archived AND audience = ANY(:audiences)
ORDER BY title, id LIMIT :limit;

-- name: listed
SELECT id, kind, number, content, personal_sealed, audience, archived, changed_at, changed_by, written_in FROM record
WHERE kind = :kind AND archived = :archived AND audience = ANY(:audiences) AND id > :after
    AND (:words = '' OR LOWER(title) LIKE :words)
ORDER BY id LIMIT :limit;

-- name: in_order
SELECT id, kind, number, content, personal_sealed, audience, archived, changed_at, changed_by, written_in FROM record
WHERE kind = :kind AND archived = :archived AND audience = ANY(:audiences) AND (:words = '' OR LOWER(title) LIKE :words)
ORDER BY CASE WHEN :newest THEN title ELSE '' END DESC, CASE WHEN :by_title THEN LOWER(title) ELSE '' END, id
LIMIT :limit OFFSET :offset;

-- name: pointing
SELECT r.id, r.kind, r.number, r.content, r.personal_sealed, r.audience, r.archived, r.changed_at, r.changed_by,
    r.written_in
FROM record_link l JOIN record r ON r.id = l.record_id
WHERE l.target_id = :target_id AND l.field = :field AND r.kind = :kind AND r.archived = :archived
ORDER BY r.id LIMIT :limit;

-- name: revisions
SELECT v.record_id AS id, r.kind, v.number, v.content, v.personal_sealed, v.audience, v.archived, v.changed_at, v.changed_by,
    r.written_in
FROM record_revision v JOIN record r ON r.id = v.record_id
WHERE v.record_id = :id AND r.kind = :kind AND v.number < :before ORDER BY v.number DESC LIMIT :limit;

-- name: clear_links!
DELETE FROM record_link WHERE record_id = :record_id;

-- name: add_link!
INSERT INTO record_link (record_id, field, target_id) VALUES (:record_id, :field, :target_id);

-- name: erase!
-- It counts as a change: whoever read the record before does not write back what was erased.
UPDATE record SET personal_sealed = NULL, number = number + 1 WHERE id = :id AND personal_sealed IS NOT NULL;

-- name: erase_revisions!
UPDATE record_revision SET personal_sealed = NULL WHERE record_id = :id;

-- name: counts
SELECT kind, COUNT(*) AS records FROM record WHERE NOT archived GROUP BY kind;

-- name: offering_of^
SELECT offering_id FROM course_session WHERE id = :session_id;

-- name: competencies
SELECT id, code, retired FROM competency WHERE id = ANY(:texts) OR code = ANY(:texts);
