-- name: grants
-- Rights on one registry, and those of every policy; which policies cover the registry is decided in the model.
SELECT id, registry_id, policy, subject, effect, services, fields, condition, own_records, owner, purpose, legal_basis,
       consent_purpose, valid_from, valid_until, created_at, created_by
FROM access_grant
WHERE registry_id = :registry_id AND revoked_at IS NULL
ORDER BY id
LIMIT :limit;

-- name: policy_grants
SELECT id, registry_id, policy, subject, effect, services, fields, condition, own_records, owner, purpose, legal_basis,
       consent_purpose, valid_from, valid_until, created_at, created_by
FROM access_grant
WHERE registry_id IS NULL AND revoked_at IS NULL
ORDER BY id
LIMIT :limit;

-- name: count_grants$
SELECT COUNT(*) FROM access_grant WHERE registry_id = :registry_id AND revoked_at IS NULL;

-- name: add_grant!
INSERT INTO access_grant
    (id, registry_id, policy, subject, effect, services, fields, condition, own_records, owner, purpose, legal_basis,
     consent_purpose, valid_from, valid_until, created_at, created_by)
VALUES
    (:id, :registry_id, :policy, :subject, :effect, :services, :fields, :condition, :own_records, :owner, :purpose,
     :legal_basis, :consent_purpose, :valid_from, :valid_until, :created_at, :created_by);

-- name: revoke!
UPDATE access_grant SET revoked_at = :now
WHERE id = :id AND registry_id = :registry_id AND revoked_at IS NULL;

-- name: revoke_delegation!
UPDATE access_grant SET revoked_at = :now
WHERE id = :id AND registry_id = :registry_id AND owner = :owner AND owner <> '' AND revoked_at IS NULL;

-- name: policies
SELECT code, title, description, automatic, registries, domain, classification FROM access_policy ORDER BY code
LIMIT :limit;

-- name: put_policy!
INSERT INTO access_policy
    (code, title, description, automatic, registries, domain, classification, changed_at, changed_by)
VALUES (:code, :title, :description, :automatic, :registries, :domain, :classification, :changed_at, :changed_by)
ON CONFLICT (code) DO UPDATE
SET title = excluded.title, description = excluded.description, automatic = excluded.automatic,
    registries = excluded.registries, domain = excluded.domain, classification = excluded.classification,
    changed_at = excluded.changed_at, changed_by = excluded.changed_by;

-- name: forget_policy!
UPDATE access_grant SET policy = NULL WHERE policy = :code AND registry_id IS NOT NULL;

-- name: drop_policy_grants!
DELETE FROM access_grant WHERE policy = :code AND registry_id IS NULL;

-- name: drop_policy!
DELETE FROM access_policy WHERE code = :code;

-- name: groups
SELECT access_group.code, access_group.name, access_group.names, access_group_member.member
FROM access_group LEFT JOIN access_group_member ON access_group_member.group_code = access_group.code
ORDER BY access_group.code, access_group_member.member
LIMIT :limit;

-- name: put_group!
INSERT INTO access_group (code, name, names) VALUES (:code, :name, :names)
ON CONFLICT (code) DO UPDATE SET name = excluded.name, names = excluded.names;

-- name: clear_members!
DELETE FROM access_group_member WHERE group_code = :code;

-- name: add_members*!
INSERT INTO access_group_member (group_code, member) VALUES (:code, :member);

-- name: drop_group!
DELETE FROM access_group WHERE code = :code;
