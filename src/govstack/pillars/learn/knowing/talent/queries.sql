-- name: put!
INSERT INTO talent_card (person_id, card_sealed, created_at, changed_at) VALUES (:person_id, :card_sealed, :at, :at)
ON CONFLICT (person_id) DO UPDATE SET card_sealed = excluded.card_sealed, changed_at = excluded.changed_at;

-- name: by_person^
SELECT person_id, card_sealed FROM talent_card WHERE person_id = :person_id;

-- name: everybody
SELECT person_id, card_sealed FROM talent_card ORDER BY person_id LIMIT :limit;

-- name: at_level
-- Those whose last rating of a competency is at a level or above; ratings of oneself count where nothing verified is asked for.
SELECT c.person_id, c.card_sealed, h.level, h.rater_type, h.rated_on
FROM talent_card c
JOIN (
    SELECT r.person_id AS person_id, r.level AS level, r.rater_type AS rater_type, r.rated_on AS rated_on,
        ROW_NUMBER() OVER (
            PARTITION BY r.person_id ORDER BY r.rated_on DESC, r.created_at DESC, r.id DESC
        ) AS place
    FROM competency_rating r
    JOIN competency k ON k.id = r.competency_id
    WHERE (k.id = :competency OR k.content LIKE :code)
        AND (CAST(:verified AS BIGINT) = 0 OR r.rater_type <> 'self')
) h ON h.person_id = c.person_id AND h.place = 1
WHERE h.level >= :level
ORDER BY h.level DESC, c.person_id LIMIT :limit;

-- name: remove!
DELETE FROM talent_card WHERE person_id = :person_id;
