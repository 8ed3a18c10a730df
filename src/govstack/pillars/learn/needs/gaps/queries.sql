-- name: required_of
-- What the posts of people require. Where two posts of one person ask for the same, the higher level comes first.
SELECT post.person_id AS person_id, q.competency_id AS competency_id, q.scale_id AS scale_id, q.level AS desired,
    COALESCE(q.criticality, f.criticality) AS criticality, post.role_id AS role_id
FROM post
JOIN role_requirement q ON q.profile_id = post.role_id
JOIN role_profile f ON f.id = q.profile_id
WHERE post.person_id = ANY(:ids)
ORDER BY post.person_id, q.level DESC, COALESCE(q.criticality, f.criticality) DESC, q.competency_id, post.role_id;

-- name: counted
-- People by what their posts require and where they are. The rating that counts is found by the same rule as elsewhere.
WITH wanted AS (
    SELECT p.id AS person_id,
        CASE CAST(:part AS TEXT) WHEN 'organisation' THEN COALESCE(p.organisation_id, '')
            WHEN 'team' THEN COALESCE(p.manager_id, '') WHEN 'category' THEN f.category ELSE '' END AS part,
        q.competency_id AS competency_id, q.scale_id AS scale_id, MAX(q.level) AS desired,
        MAX(COALESCE(q.criticality, f.criticality)) AS criticality
    FROM person p
    JOIN post o ON o.person_id = p.id
    JOIN role_requirement q ON q.profile_id = o.role_id
    JOIN role_profile f ON f.id = q.profile_id
    WHERE p.erased_at IS NULL
        AND (CAST(:everywhere AS BIGINT) = 1 OR p.organisation_id = ANY(:organisations))
        AND (CAST(:manager_id AS TEXT) = '' OR p.manager_id = CAST(:manager_id AS TEXT))
        AND (CAST(:category AS TEXT) = '' OR f.category = CAST(:category AS TEXT))
    GROUP BY 1, 2, 3, 4
), ranked AS (
    SELECT w.part AS part, w.competency_id AS competency_id, w.scale_id AS scale_id, w.desired AS desired,
        w.criticality AS criticality, r.level AS existing,
        ROW_NUMBER() OVER (
            PARTITION BY w.part, w.person_id, w.competency_id, w.scale_id
            ORDER BY CASE WHEN r.rated_on >= :fresh_since THEN 0 ELSE 1 END,
                CASE r.rater_type
                    WHEN 'self' THEN CAST(:rank_self AS BIGINT) WHEN 'manager' THEN CAST(:rank_manager AS BIGINT)
                    WHEN 'test' THEN CAST(:rank_test AS BIGINT) WHEN 'evidence' THEN CAST(:rank_evidence AS BIGINT)
                    ELSE CAST(:rank_credential AS BIGINT) END,
                r.rated_on DESC, r.created_at DESC, r.id DESC
        ) AS place
    FROM wanted w
    LEFT JOIN competency_rating r ON r.person_id = w.person_id AND r.competency_id = w.competency_id
        AND r.scale_id = w.scale_id
)
SELECT part, competency_id, scale_id, desired, criticality, existing, COUNT(*) AS people
FROM ranked
WHERE place = 1
GROUP BY part, competency_id, scale_id, desired, criticality, existing;

-- name: held
-- Everybody's levels, whether a post asks for them or not.
WITH ranked AS (
    SELECT CASE CAST(:part AS TEXT) WHEN 'organisation' THEN COALESCE(p.organisation_id, '')
            WHEN 'team' THEN COALESCE(p.manager_id, '') ELSE '' END AS part,
        r.competency_id AS competency_id, r.scale_id AS scale_id, r.level AS level,
        ROW_NUMBER() OVER (
            PARTITION BY r.person_id, r.competency_id, r.scale_id
            ORDER BY CASE WHEN r.rated_on >= :fresh_since THEN 0 ELSE 1 END,
                CASE r.rater_type
                    WHEN 'self' THEN CAST(:rank_self AS BIGINT) WHEN 'manager' THEN CAST(:rank_manager AS BIGINT)
                    WHEN 'test' THEN CAST(:rank_test AS BIGINT) WHEN 'evidence' THEN CAST(:rank_evidence AS BIGINT)
                    ELSE CAST(:rank_credential AS BIGINT) END,
                r.rated_on DESC, r.created_at DESC, r.id DESC
        ) AS place
    FROM person p
    JOIN competency_rating r ON r.person_id = p.id
    WHERE p.erased_at IS NULL
        AND (CAST(:everywhere AS BIGINT) = 1 OR p.organisation_id = ANY(:organisations))
        AND (CAST(:manager_id AS TEXT) = '' OR p.manager_id = CAST(:manager_id AS TEXT))
)
SELECT part, competency_id, scale_id, level, COUNT(*) AS people
FROM ranked
WHERE place = 1
GROUP BY part, competency_id, scale_id, level;

-- name: held_by_category
-- The same by the category of people's posts; somebody whose posts are of two categories counts in both, once in each.
WITH ranked AS (
    SELECT f.category AS part, r.competency_id AS competency_id, r.scale_id AS scale_id, r.level AS level,
        ROW_NUMBER() OVER (
            PARTITION BY f.category, r.person_id, r.competency_id, r.scale_id
            ORDER BY CASE WHEN r.rated_on >= :fresh_since THEN 0 ELSE 1 END,
                CASE r.rater_type
                    WHEN 'self' THEN CAST(:rank_self AS BIGINT) WHEN 'manager' THEN CAST(:rank_manager AS BIGINT)
                    WHEN 'test' THEN CAST(:rank_test AS BIGINT) WHEN 'evidence' THEN CAST(:rank_evidence AS BIGINT)
                    ELSE CAST(:rank_credential AS BIGINT) END,
                r.rated_on DESC, r.created_at DESC, r.id DESC
        ) AS place
    FROM person p
    JOIN post o ON o.person_id = p.id
    JOIN role_profile f ON f.id = o.role_id
    JOIN competency_rating r ON r.person_id = p.id
    WHERE p.erased_at IS NULL
        AND (CAST(:everywhere AS BIGINT) = 1 OR p.organisation_id = ANY(:organisations))
        AND (CAST(:manager_id AS TEXT) = '' OR p.manager_id = CAST(:manager_id AS TEXT))
        AND (CAST(:category AS TEXT) = '' OR f.category = CAST(:category AS TEXT))
)
SELECT part, competency_id, scale_id, level, COUNT(*) AS people
FROM ranked
WHERE place = 1
GROUP BY part, competency_id, scale_id, level;
