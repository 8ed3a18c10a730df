-- name: link!
INSERT INTO badge_source (kind, source_id, achievement_id, task, times, created_at)
VALUES (:kind, :source_id, :achievement_id, :task, :times, :created_at)
ON CONFLICT (kind, source_id, achievement_id) DO UPDATE SET task = excluded.task, times = excluded.times
WHERE badge_source.task <> excluded.task OR badge_source.times <> excluded.times;

-- name: unlink!
DELETE FROM badge_source WHERE kind = :kind AND source_id = :source_id AND achievement_id = :achievement_id;

-- name: of_place
SELECT achievement_id, task, times FROM badge_source WHERE kind = :kind AND source_id = :source_id
ORDER BY achievement_id LIMIT :limit;

-- name: of_places
SELECT source_id, achievement_id, task, times FROM badge_source WHERE kind = :kind AND source_id = ANY(:source_ids)
ORDER BY source_id, achievement_id LIMIT :limit;
