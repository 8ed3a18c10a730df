-- name: member^
SELECT community_id, person_id, role, country, joined_at FROM community_member
WHERE community_id = :community_id AND person_id = :person_id AND left_at IS NULL;

-- name: members
SELECT community_id, person_id, role, country, joined_at FROM community_member
WHERE community_id = :community_id AND left_at IS NULL AND person_id > :after ORDER BY person_id LIMIT :limit;

-- name: of_person
SELECT community_id, person_id, role, country, joined_at FROM community_member
WHERE person_id = :person_id AND left_at IS NULL ORDER BY joined_at DESC LIMIT :limit;

-- name: count_members$
SELECT COUNT(*) FROM community_member WHERE community_id = :community_id AND left_at IS NULL;

-- name: put_member!
-- Whoever left and comes back is a member again from then on.
INSERT INTO community_member (community_id, person_id, role, country, joined_at, left_at)
VALUES (:community_id, :person_id, :role, :country, :joined_at, NULL)
ON CONFLICT (community_id, person_id) DO UPDATE SET role = excluded.role, country = excluded.country,
    joined_at = CASE WHEN community_member.left_at IS NULL THEN community_member.joined_at ELSE excluded.joined_at END,
    left_at = NULL;

-- name: leave!
UPDATE community_member SET left_at = :left_at
WHERE community_id = :community_id AND person_id = :person_id AND left_at IS NULL;

-- name: seats
SELECT community_id, person_id, country FROM community_member WHERE left_at IS NULL
ORDER BY community_id, person_id LIMIT :limit;

-- name: facilitators
SELECT person_id FROM community_member
WHERE community_id = :community_id AND role = 'facilitator' AND left_at IS NULL AND person_id IS NOT NULL
ORDER BY person_id;

-- name: note!
INSERT INTO community_act (id, community_id, person_id, act, reference, at)
VALUES (:id, :community_id, :person_id, :act, :reference, :at)
ON CONFLICT DO NOTHING;

-- name: unnote!
DELETE FROM community_act
WHERE community_id = :community_id AND person_id = :person_id AND act = :act AND reference = :reference;

-- name: last_act$
SELECT MAX(at) FROM community_act WHERE community_id = :community_id;

-- name: forget_members!
DELETE FROM community_member WHERE person_id = :person_id;

-- name: forget_acts!
UPDATE community_act SET person_id = NULL WHERE person_id = :person_id;
