-- name: add_step!
INSERT INTO knowledge_step (item_id, number, stage, at) VALUES (:item_id, :number, :stage, :at)
ON CONFLICT (item_id, number) DO NOTHING;

-- name: propose!
INSERT INTO knowledge_proposal (item_id, number, audience, proposed_by, at)
VALUES (:item_id, :number, :audience, :proposed_by, :at)
ON CONFLICT (item_id) DO UPDATE SET number = excluded.number, audience = excluded.audience,
    proposed_by = excluded.proposed_by, at = excluded.at;

-- name: proposal^
SELECT item_id, number, audience, proposed_by, at FROM knowledge_proposal WHERE item_id = :item_id;

-- name: take_proposal!
-- Whoever takes the proposal publishes it: of two at once, one finds none.
DELETE FROM knowledge_proposal WHERE item_id = :item_id AND number = :number;

-- name: drop_proposal!
DELETE FROM knowledge_proposal WHERE item_id = :item_id;

-- name: add_edition!
INSERT INTO knowledge_edition (item_id, edition, number, audience, content, published_at, published_by, reason)
VALUES (:item_id, :edition, :number, :audience, :content, :published_at, :published_by, '');

-- name: editions
SELECT item_id, edition, number, audience, content, published_at, published_by, COALESCE(withdrawn_at, '') AS withdrawn_at,
    reason
FROM knowledge_edition WHERE item_id = :item_id ORDER BY edition DESC LIMIT :limit;

-- name: withdraw!
UPDATE knowledge_edition SET withdrawn_at = :at, reason = :reason WHERE item_id = :item_id AND withdrawn_at IS NULL;

-- name: current
-- The newest edition of each item, when the reader may read it.
SELECT e.item_id, e.edition, e.number, e.audience, e.content, e.published_at, e.published_by, '' AS withdrawn_at, e.reason
FROM knowledge_edition e
WHERE e.withdrawn_at IS NULL AND e.audience = ANY(:audiences) AND e.item_id > :after
    AND e.edition = (SELECT MAX(n.edition) FROM knowledge_edition n WHERE n.item_id = e.item_id)
ORDER BY e.item_id LIMIT :limit;

-- name: add_salt!
INSERT INTO knowledge_salt (day, salt) VALUES (:day, :salt) ON CONFLICT (day) DO NOTHING;

-- name: salt$
SELECT salt FROM knowledge_salt WHERE day = :day;

-- name: drop_salts!
DELETE FROM knowledge_salt WHERE day < :day;

-- name: use!
INSERT INTO knowledge_use (item_id, way, day, mark, at) VALUES (:item_id, :way, :day, :mark, :at)
ON CONFLICT (item_id, way, day, mark) DO NOTHING;

-- name: has_used^
SELECT item_id FROM knowledge_use WHERE mark = :mark AND way = :way LIMIT 1;

-- name: drop_uses!
DELETE FROM knowledge_use WHERE mark = :mark AND way = :way;

-- name: uses
SELECT way, COUNT(*) AS uses FROM knowledge_use WHERE :item_id = '' OR item_id = :item_id GROUP BY way;

-- name: stock
SELECT s.stage, COUNT(*) AS items FROM knowledge_step s
WHERE s.stage <> '' AND s.number = (SELECT MAX(n.number) FROM knowledge_step n WHERE n.item_id = s.item_id)
GROUP BY s.stage;

-- name: flow
SELECT SUBSTR(at, 1, 7) AS month, stage, COUNT(*) AS items FROM knowledge_step
WHERE at >= :since AND stage <> '' GROUP BY SUBSTR(at, 1, 7), stage ORDER BY 1, 2;

-- name: first_uses
SELECT MIN(s.at) AS identified, MIN(u.at) AS used FROM knowledge_step s JOIN knowledge_use u ON u.item_id = s.item_id
GROUP BY s.item_id ORDER BY s.item_id LIMIT :limit;

-- name: unused
-- Items in use that nobody viewed, downloaded or cited since a moment, those that wait longest first.
SELECT s.item_id, s.stage, COALESCE(
    (SELECT MAX(u.at) FROM knowledge_use u WHERE u.item_id = s.item_id),
    (SELECT MIN(f.at) FROM knowledge_step f WHERE f.item_id = s.item_id)) AS since
FROM knowledge_step s
WHERE s.stage <> '' AND s.number = (SELECT MAX(n.number) FROM knowledge_step n WHERE n.item_id = s.item_id)
    AND (SELECT MIN(f.at) FROM knowledge_step f WHERE f.item_id = s.item_id) < :before
    AND NOT EXISTS (SELECT 1 FROM knowledge_use u WHERE u.item_id = s.item_id AND u.at >= :before)
ORDER BY since, s.item_id LIMIT :limit;
