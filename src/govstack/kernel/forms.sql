-- name: claim_form!
-- The first to enter a form does the work.
INSERT INTO sent_form (name, answer, at) VALUES (:name, NULL, :at) ON CONFLICT (name) DO NOTHING;

-- name: sent_form^
SELECT answer, at FROM sent_form WHERE name = :name;

-- name: keep_form!
UPDATE sent_form SET answer = :answer WHERE name = :name;

-- name: release_form!
DELETE FROM sent_form WHERE name = :name;

-- name: forget_forms!
DELETE FROM sent_form WHERE at < :before;
