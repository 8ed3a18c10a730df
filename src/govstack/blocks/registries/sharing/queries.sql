-- name: add!
INSERT INTO record_share (id, token_digest, registry_id, title, scope, creator, creator_name, sealed_creator, audience, mode,
    consent_reference, openings_max, created_at, expires_at)
VALUES (:id, :token_digest, :registry_id, :title, :scope, :creator, :creator_name, :sealed_creator, :audience, :mode,
    :consent_reference, :openings_max, :created_at, :expires_at);

-- name: by_digest^
SELECT number, id, registry_id, title, scope, sealed_creator, audience, mode, consent_reference, openings_max, openings,
    created_at, expires_at, revoked_at
FROM record_share WHERE token_digest = :token_digest;

-- name: by_id^
SELECT number, id, registry_id, title, scope, sealed_creator, audience, mode, consent_reference, openings_max, openings,
    created_at, expires_at, revoked_at
FROM record_share WHERE id = :id;

-- name: of_creator
SELECT number, id, registry_id, title, scope, sealed_creator, audience, mode, consent_reference, openings_max, openings,
    created_at, expires_at, revoked_at
FROM record_share WHERE creator = :creator ORDER BY number DESC LIMIT :limit;

-- name: count_open$
SELECT COUNT(*) FROM record_share WHERE creator = :creator AND revoked_at IS NULL AND expires_at > :now;

-- name: refresh!
-- Who shares is kept as last seen, so that a role they no longer hold shows nothing.
UPDATE record_share SET sealed_creator = :sealed_creator
WHERE id = :id;

-- name: open!
-- One opening is taken only while the link still works: of two at once for the last one, one gets nothing.
UPDATE record_share SET openings = openings + 1
WHERE id = :id AND revoked_at IS NULL AND expires_at > :now AND (openings_max IS NULL OR openings < openings_max);

-- name: add_opening!
INSERT INTO record_share_opening (id, share_id, at, receiver, receiver_name, mode, records)
VALUES (:id, :share_id, :at, :receiver, :receiver_name, :mode, :records);

-- name: openings
SELECT share_id, at, receiver, receiver_name, mode, records FROM record_share_opening
WHERE share_id = :share_id ORDER BY at DESC, id DESC LIMIT :limit;

-- name: revoke!
UPDATE record_share SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL;
