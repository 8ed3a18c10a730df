-- name: add!
INSERT INTO agreement (id, revision_id, policy_id, active, forgettable, terminated, created_at)
VALUES (:id, :revision_id, :policy_id, :active, :forgettable, FALSE, :created_at);

-- name: revise!
-- A new revision takes the place of the one that was read; nobody else may have come in between.
UPDATE agreement
SET revision_id = :revision_id, policy_id = :policy_id, active = :active, forgettable = :forgettable,
    terminated = :terminated
WHERE id = :id AND revision_id = :previous_id;

-- name: by_id^
SELECT id, revision_id, policy_id, active, forgettable, terminated FROM agreement WHERE id = :id;

-- name: locked_by_id^
SELECT id, revision_id, policy_id, active, forgettable, terminated FROM agreement WHERE id = :id;

-- name: locked_by_id__postgres^
-- Held until the transaction ends: an agreement that somebody is agreeing to cannot be changed meanwhile.
SELECT id, revision_id, policy_id, active, forgettable, terminated FROM agreement WHERE id = :id FOR SHARE;

-- name: listed
SELECT id, revision_id, policy_id, active, forgettable, terminated FROM agreement
WHERE (NOT terminated OR :terminated_too) AND (active OR NOT :active_only)
ORDER BY created_at, id LIMIT :limit OFFSET :offset;

-- name: active_under$
SELECT COUNT(*) FROM agreement WHERE policy_id = :policy_id AND active;

-- name: controller_by_id^
SELECT id, name, url FROM controller WHERE id = :id;

-- name: controller_by_name^
SELECT id, name, url FROM controller WHERE name = :name AND url = :url;

-- name: add_controller!
INSERT INTO controller (id, name, url) VALUES (:id, :name, :url) ON CONFLICT (name, url) DO NOTHING;
