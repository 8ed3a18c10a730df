-- name: put_profile!
INSERT INTO role_profile (id, category, criticality, content, changed_at)
VALUES (:id, :category, :criticality, :content, :changed_at)
ON CONFLICT (id) DO UPDATE SET category = excluded.category, criticality = excluded.criticality,
    content = excluded.content, changed_at = excluded.changed_at;

-- name: clear_requirements!
DELETE FROM role_requirement WHERE profile_id = :profile_id;

-- name: add_requirement*!
INSERT INTO role_requirement (profile_id, competency_id, scale_id, level, criticality, ours)
VALUES (:profile_id, :competency_id, :scale_id, :level, :criticality, :ours);

-- name: profiles
SELECT id, category, criticality, content FROM role_profile ORDER BY category, id LIMIT :limit;

-- name: by_ids
SELECT id, category, criticality, content FROM role_profile WHERE id = ANY(:ids) ORDER BY category, id;

-- name: requirements
SELECT profile_id, competency_id, level, criticality, ours FROM role_requirement WHERE profile_id = ANY(:ids)
ORDER BY profile_id, competency_id;

-- name: asking_for
SELECT profile_id FROM role_requirement WHERE competency_id = :competency_id ORDER BY profile_id LIMIT :limit;

-- name: posts_outside
-- Roles that posts name and nobody described.
SELECT post.role_id AS role_id, COUNT(*) AS people FROM post
WHERE NOT EXISTS (SELECT 1 FROM role_profile WHERE role_profile.id = post.role_id)
GROUP BY post.role_id ORDER BY COUNT(*) DESC, post.role_id LIMIT :limit;

-- name: holders
SELECT role_id, COUNT(*) AS people FROM post GROUP BY role_id;

-- name: holders_within
SELECT post.role_id AS role_id, COUNT(*) AS people FROM post JOIN person ON person.id = post.person_id
WHERE person.organisation_id = ANY(:organisation_ids) AND person.erased_at IS NULL GROUP BY post.role_id;
