-- name: raised$
-- People whom somebody else than themselves rated higher since a day than at an earlier time, on the same scale.
SELECT COUNT(DISTINCT r.person_id)
FROM competency_rating r
WHERE r.rated_on >= :since AND r.rater_type <> 'self' AND EXISTS (
    SELECT 1 FROM competency_rating e
    WHERE e.person_id = r.person_id AND e.competency_id = r.competency_id AND e.scale_id = r.scale_id
        AND e.rater_type <> 'self' AND e.rated_on < r.rated_on AND e.level < r.level
);
