-- name: add!
INSERT INTO issuance (id, credential_id, partner_id, way, link_hash, created_at, expires_at, fetched_at)
VALUES (:id, :credential_id, :partner_id, :way, :link_hash, :created_at, :expires_at, '');

-- name: by_id^
SELECT id, credential_id, partner_id, way, created_at, expires_at, fetched_at FROM issuance WHERE id = :id;

-- name: lasting^
SELECT id, credential_id, partner_id, way, created_at, expires_at, fetched_at FROM issuance
WHERE credential_id = :credential_id AND partner_id = :partner_id AND way = :way AND fetched_at = ''
    AND expires_at > :now
ORDER BY created_at DESC LIMIT 1;

-- name: by_link^
SELECT id, credential_id, partner_id, way, created_at, expires_at, fetched_at FROM issuance WHERE link_hash = :link_hash;

-- name: renew!
UPDATE issuance SET link_hash = :link_hash WHERE id = :id AND fetched_at = '';

-- name: fetch!
UPDATE issuance SET fetched_at = :now WHERE id = :id AND fetched_at = '' AND expires_at > :now;
