-- name: published_keys
SELECT kid, public_jwk, certificate, signs_from, signs_until, published_until, private_sealed IS NOT NULL AS able
FROM provider_key WHERE published_until > :now ORDER BY signs_from, kid;

-- name: sealed_key^
SELECT private_sealed FROM provider_key WHERE kid = :kid;

-- name: add_key!
INSERT INTO provider_key (kid, public_jwk, certificate, private_sealed, signs_from, signs_until, published_until)
VALUES (:kid, :public_jwk, :certificate, :private_sealed, :signs_from, :signs_until, :published_until);

-- name: end_signing!
-- The one that signs now may begin later, by a clock that has gone back.
UPDATE provider_key SET signs_from = CASE WHEN signs_from > :signs_until THEN :signs_until ELSE signs_from END,
    signs_until = :signs_until, published_until = :published_until
WHERE kid = :kid OR (signs_until > :signs_until AND signs_from <= :signs_until);

-- name: remove_private_halves!
UPDATE provider_key SET private_sealed = NULL WHERE signs_until <= :now AND private_sealed IS NOT NULL;

-- name: remove_old_keys!
DELETE FROM provider_key WHERE published_until <= :now;
