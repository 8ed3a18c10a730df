-- name: people
SELECT COUNT(DISTINCT person_id) AS active,
    COUNT(DISTINCT CASE WHEN act IN ('answered', 'volunteered', 'contributed') THEN person_id END) AS contributors,
    SUM(CASE WHEN act = 'reused' THEN 1 ELSE 0 END) AS reused
FROM community_act WHERE community_id = :community_id AND at >= :since AND at < :until;

-- name: members
SELECT person_id FROM community_member WHERE community_id = :community_id AND left_at IS NULL;

-- name: acting
SELECT DISTINCT person_id FROM community_act
WHERE community_id = :community_id AND person_id IS NOT NULL AND at >= :since;

-- name: attending
SELECT DISTINCT person_id FROM community_act
WHERE community_id = :community_id AND person_id IS NOT NULL AND at >= :since AND act = 'attended';

-- name: questions
SELECT created_at, first_answer_at FROM discussion
WHERE community_id = :community_id AND created_at >= :since AND hidden_reason = '' ORDER BY created_at LIMIT :limit;

-- name: attendance
SELECT reference, MIN(at) AS held_at, COUNT(*) AS came FROM community_act
WHERE community_id = :community_id AND act = 'attended' GROUP BY reference ORDER BY held_at DESC LIMIT :limit;
