-- name: hold*!
-- Whoever decides on an item holds it first, so that nothing is decided on what it was before.
UPDATE test_item SET id = id WHERE id = :id;

-- name: add_item!
-- Nothing happens where somebody else was first.
INSERT INTO test_item (id, kind, competency_id, bloom, difficulty, anchor, state, version, created_at, changed_at)
VALUES (:id, :kind, :competency_id, :bloom, :difficulty, :anchor, :state, :version, :changed_at, :changed_at)
ON CONFLICT (id) DO NOTHING;

-- name: change_item!
UPDATE test_item SET kind = :kind, competency_id = :competency_id, bloom = :bloom, difficulty = :difficulty,
    anchor = :anchor, state = :state, version = :version, changed_at = :changed_at
WHERE id = :id;

-- name: add_version!
INSERT INTO test_item_version (item_id, version, content, created_at, created_by)
VALUES (:item_id, :version, :content, :created_at, :created_by);

-- name: set_state!
UPDATE test_item SET state = :state, changed_at = :changed_at WHERE id = :id AND state <> :state;

-- name: by_ids
SELECT test_item.id, test_item.state, test_item.version, test_item_version.content
FROM test_item JOIN test_item_version
    ON test_item_version.item_id = test_item.id AND test_item_version.version = test_item.version
WHERE test_item.id = ANY(:ids) ORDER BY test_item.id;

-- name: listed
SELECT test_item.id, test_item.state, test_item.version, test_item_version.content
FROM test_item JOIN test_item_version
    ON test_item_version.item_id = test_item.id AND test_item_version.version = test_item.version
WHERE test_item.id > :after AND (:competency_id = '' OR test_item.competency_id = :competency_id)
    AND (:bloom = '' OR test_item.bloom = :bloom) AND (:state = '' OR test_item.state = :state)
ORDER BY test_item.id LIMIT :limit;

-- name: ready
SELECT test_item.id, test_item.state, test_item.version, test_item_version.content
FROM test_item JOIN test_item_version
    ON test_item_version.item_id = test_item.id AND test_item_version.version = test_item.version
WHERE test_item.state = 'ready' AND test_item.competency_id = ANY(:competencies) ORDER BY test_item.id LIMIT :limit;

-- name: versions
SELECT item_id AS id, version, content, 'ready' AS state FROM test_item_version WHERE item_id = ANY(:ids)
ORDER BY item_id, version;

-- name: competencies
SELECT DISTINCT competency_id FROM test_item ORDER BY competency_id LIMIT :limit;
