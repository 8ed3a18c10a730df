-- name: add_user!
INSERT INTO wallet_user (id, person_id, partner_id) VALUES (:id, :person_id, :partner_id)
ON CONFLICT (person_id, partner_id) DO NOTHING;

-- name: user_of^
SELECT id FROM wallet_user WHERE person_id = :person_id AND partner_id = :partner_id;

-- name: is_bound$
SELECT COUNT(*) FROM wallet_binding
WHERE person_id = :person_id AND key_print = :key_print AND factor_type = :factor_type;

-- name: count_bound$
SELECT COUNT(*) FROM wallet_binding
WHERE person_id = :person_id AND revoked_at IS NULL AND expires_at > :now;

-- name: bind!
INSERT INTO wallet_binding (
    id, wallet_user_id, person_id, factor_type, key_print, public_key, usable, serial, bound_at, expires_at
) VALUES (
    :id, :wallet_user_id, :person_id, :factor_type, :key_print, :public_key, :usable, :serial, :bound_at, :expires_at
);

-- name: of_person
SELECT wallet_binding.id, wallet_user_id, wallet_partner.name AS partner_name, factor_type,
    wallet_binding.key_print, public_key, usable, wallet_binding.serial, bound_at, wallet_binding.expires_at,
    COALESCE(wallet_binding.revoked_at, certificate.revoked_at) AS revoked_at
FROM wallet_binding
JOIN wallet_user ON wallet_user.id = wallet_binding.wallet_user_id
JOIN wallet_partner ON wallet_partner.id = wallet_user.partner_id
JOIN certificate ON certificate.serial = wallet_binding.serial
WHERE wallet_binding.person_id = :person_id
    AND (CAST(:id AS TEXT) = '' OR wallet_binding.id = :id)
    AND (CAST(:revoked_too AS BOOLEAN) OR (wallet_binding.revoked_at IS NULL AND certificate.revoked_at IS NULL))
ORDER BY bound_at DESC, wallet_binding.id LIMIT :limit;

-- name: holding
SELECT wallet_binding.id, wallet_user_id, wallet_partner.name AS partner_name, factor_type,
    wallet_binding.key_print, public_key, usable, wallet_binding.serial, bound_at, wallet_binding.expires_at,
    COALESCE(wallet_binding.revoked_at, certificate.revoked_at) AS revoked_at
FROM wallet_binding
JOIN wallet_user ON wallet_user.id = wallet_binding.wallet_user_id
JOIN wallet_partner ON wallet_partner.id = wallet_user.partner_id
JOIN certificate ON certificate.serial = wallet_binding.serial
WHERE wallet_binding.person_id = :person_id AND factor_type = :factor_type AND wallet_binding.revoked_at IS NULL
    AND certificate.revoked_at IS NULL AND wallet_binding.expires_at > :now
ORDER BY bound_at DESC, wallet_binding.id LIMIT :limit;

-- name: revoke!
UPDATE wallet_binding SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL;

-- name: forget_proofs!
DELETE FROM wallet_proof WHERE expires_at < :now;

-- name: spend_proof!
INSERT INTO wallet_proof (digest, expires_at) VALUES (:digest, :expires_at) ON CONFLICT (digest) DO NOTHING;
