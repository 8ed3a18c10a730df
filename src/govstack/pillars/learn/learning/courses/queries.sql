-- name: add!
INSERT INTO course (id, title, language, state, stage, draft_version, published_version, outline_id, created_at, changed_at)
VALUES (:id, :title, :language, 'draft', 'analysis', 1, 0, :outline_id, :created_at, :created_at)
ON CONFLICT (id) DO NOTHING;

-- name: by_id^
SELECT id, title, language, state, stage, draft_version, published_version, outline_id, created_at, changed_at
FROM course WHERE id = :id;

-- name: hold!
UPDATE course SET id = id WHERE id = :id;

-- name: listed
SELECT id, title, language, state, stage, draft_version, published_version, outline_id, created_at, changed_at
FROM course WHERE id > :after AND (:published = 0 OR (published_version > 0 AND state <> 'withdrawn'))
    AND (:language = '' OR language = :language)
ORDER BY id LIMIT :limit;

-- name: open
SELECT id, title, language, state, stage, draft_version, published_version, outline_id, created_at, changed_at
FROM course WHERE id > :after AND open = 1 AND published_version > 0 AND state <> 'withdrawn'
    AND (:language = '' OR language = :language)
ORDER BY id LIMIT :limit;

-- name: of_outline
SELECT id, title, language, state, stage, draft_version, published_version, outline_id, created_at, changed_at
FROM course WHERE outline_id = :outline_id ORDER BY id LIMIT :limit;

-- name: rename!
UPDATE course SET title = :title, language = :language, changed_at = :changed_at WHERE id = :id;

-- name: set_state!
UPDATE course SET state = :state, changed_at = :changed_at WHERE id = :id AND state = :before;

-- name: set_stage!
UPDATE course SET stage = :stage, changed_at = :changed_at WHERE id = :id AND stage = :before;

-- name: published!
UPDATE course SET state = 'published', published_version = :version, draft_version = :version + 1, open = :open,
    changed_at = :changed_at
WHERE id = :id AND state = 'review' AND draft_version = :version;

-- name: put_version!
INSERT INTO course_version (course_id, version, sheet, pages, editors, readability, approved_by, published_at)
VALUES (:course_id, :version, :sheet, :pages, :editors, '', '', '')
ON CONFLICT (course_id, version) DO UPDATE SET sheet = excluded.sheet, pages = excluded.pages,
    editors = excluded.editors
WHERE course_version.published_at = '';

-- name: freeze!
UPDATE course_version SET readability = :readability, approved_by = :approved_by, published_at = :published_at
WHERE course_id = :course_id AND version = :version AND published_at = '';

-- name: version^
SELECT course_id, version, sheet, pages, editors, readability, approved_by, published_at
FROM course_version WHERE course_id = :course_id AND version = :version;

-- name: put_item!
INSERT INTO quality_item (id, place, texts, source, active) VALUES (:id, :place, :texts, :source, :active)
ON CONFLICT (id) DO UPDATE SET place = excluded.place, texts = excluded.texts, source = excluded.source,
    active = excluded.active;

-- name: items
SELECT id, place, texts, source, active FROM quality_item ORDER BY place, id LIMIT :limit;

-- name: check!
INSERT INTO course_check (course_id, version, item_id, note, checked_by, checked_at)
VALUES (:course_id, :version, :item_id, :note, :checked_by, :checked_at)
ON CONFLICT (course_id, version, item_id) DO UPDATE SET note = excluded.note, checked_by = excluded.checked_by,
    checked_at = excluded.checked_at;

-- name: uncheck!
DELETE FROM course_check WHERE course_id = :course_id AND version = :version;

-- name: checks
SELECT item_id, note FROM course_check WHERE course_id = :course_id AND version = :version ORDER BY item_id LIMIT :limit;

-- name: add_review!
INSERT INTO course_review (id, course_id, version, reviewer, approved, words, reviewed_at)
VALUES (:id, :course_id, :version, :reviewer, :approved, :words, :reviewed_at);

-- name: reviews
SELECT version, reviewer, approved, words, reviewed_at FROM course_review WHERE course_id = :course_id
ORDER BY reviewed_at DESC, id DESC LIMIT :limit;
