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
-- An answer is accepted when those who lead put it first; of several the one that was given first counts.
SELECT d.created_at, d.first_answer_at,
    (SELECT MIN(a.created_at) FROM discussion_answer a
        WHERE a.discussion_id = d.id AND a.promoted = 1 AND a.hidden_reason = '') AS accepted_at
FROM discussion d
WHERE d.community_id = :community_id AND d.created_at >= :since AND d.hidden_reason = ''
ORDER BY d.created_at LIMIT :limit;
