-- name: known_people
SELECT id FROM person WHERE id = ANY(:ids) AND erased_at IS NULL;

-- name: add*!
INSERT INTO competency_rating (id, person_id, competency_id, scale_id, level, rater_type, rater_id, confidence, source,
    rated_on, created_at)
VALUES (:id, :person_id, :competency_id, :scale_id, :level, :rater_type, :rater_id, :confidence, :source,
    :rated_on, :created_at)
ON CONFLICT (id) DO NOTHING;

-- name: by_ids
SELECT id, person_id, competency_id, scale_id, level, rater_type, rater_id, confidence, source, rated_on,
    created_at
FROM competency_rating WHERE id = ANY(:ids);

-- name: of_person
SELECT id, person_id, competency_id, scale_id, level, rater_type, rater_id, confidence, source, rated_on,
    created_at
FROM competency_rating WHERE person_id = :person_id AND (:competency_id = '' OR competency_id = :competency_id)
ORDER BY rated_on DESC, created_at DESC, id DESC LIMIT :limit;

-- name: history
SELECT id, person_id, competency_id, scale_id, level, rater_type, rater_id, confidence, source, rated_on,
    created_at
FROM competency_rating WHERE person_id = ANY(:person_ids) AND competency_id = ANY(:competency_ids);

-- name: counting
-- The rating that counts for each person, competency and scale, by the stated rule.
SELECT id, person_id, competency_id, scale_id, level, rater_type, rater_id, confidence, source, rated_on, created_at
FROM (
    SELECT id, person_id, competency_id, scale_id, level, rater_type, rater_id, confidence, source,
        rated_on, created_at,
        ROW_NUMBER() OVER (
            PARTITION BY person_id, competency_id, scale_id
            ORDER BY CASE WHEN rated_on >= :fresh_since THEN 0 ELSE 1 END,
                CASE rater_type
                    WHEN 'self' THEN CAST(:rank_self AS BIGINT) WHEN 'manager' THEN CAST(:rank_manager AS BIGINT)
                    WHEN 'test' THEN CAST(:rank_test AS BIGINT) WHEN 'evidence' THEN CAST(:rank_evidence AS BIGINT)
                    ELSE CAST(:rank_credential AS BIGINT) END,
                rated_on DESC, created_at DESC, id DESC
        ) AS place
    FROM competency_rating WHERE person_id = ANY(:ids)
) AS ranked
WHERE place = 1;

-- name: erase!
DELETE FROM competency_rating WHERE person_id = :person_id;
