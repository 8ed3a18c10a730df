-- name: add_enrolment!
INSERT INTO enrolment (
    id, ref_id, owner, process, source, state, problem, subject, person_id, parts, finalised, started_at, changed_at
)
VALUES (:id, :ref_id, :owner, :process, :source, 'open', '', :subject, :person_id, 0, FALSE, :at, :at)
ON CONFLICT (id) DO NOTHING;

-- name: enrolment_by_id^
SELECT id, ref_id, owner, process, source, state, problem, subject, person_id, parts, finalised, started_at, changed_at
FROM enrolment WHERE id = :id;

-- name: locked_enrolment^
SELECT id, ref_id, owner, process, source, state, problem, subject, person_id, parts, finalised, started_at, changed_at
FROM enrolment WHERE id = :id;

-- name: locked_enrolment__postgres^
SELECT id, ref_id, owner, process, source, state, problem, subject, person_id, parts, finalised, started_at, changed_at
FROM enrolment WHERE id = :id FOR UPDATE;

-- name: change_enrolment!
UPDATE enrolment
SET state = :state, problem = :problem, person_id = :person_id, parts = :parts, finalised = :finalised,
    changed_at = :at
WHERE id = :id;

-- name: keep_outcome!
UPDATE enrolment SET outcome = :outcome WHERE id = :id;

-- name: outcome^
SELECT outcome FROM enrolment WHERE id = :id;

-- name: search
SELECT id, ref_id, owner, process, source, state, problem, subject, person_id, parts, finalised, started_at, changed_at
FROM enrolment
WHERE (CAST(:owner AS TEXT) = '' OR owner = :owner)
    AND (CAST(:state AS TEXT) = '' OR state = :state)
    AND (CAST(:process AS TEXT) = '' OR process = :process)
    AND (CAST(:ref_id AS TEXT) = '' OR ref_id = :ref_id)
    AND changed_at >= :since
    AND (CAST(:named AS BOOLEAN) = FALSE OR id IN (SELECT enrolment_id FROM enrolment_token WHERE token = ANY(:tokens)))
ORDER BY changed_at DESC, id LIMIT :limit OFFSET :offset;

-- name: abandoned
SELECT id, ref_id, owner, process, source, state, problem, subject, person_id, parts, finalised, started_at, changed_at
FROM enrolment WHERE state = 'open' AND changed_at < :before ORDER BY changed_at, id LIMIT :limit;

-- name: abandoned__postgres
SELECT id, ref_id, owner, process, source, state, problem, subject, person_id, parts, finalised, started_at, changed_at
FROM enrolment WHERE state = 'open' AND changed_at < :before ORDER BY changed_at, id LIMIT :limit
FOR UPDATE SKIP LOCKED;

-- name: add_packet!
INSERT INTO enrolment_packet (
    enrolment_id, digest, made_at, received_at, source, officer, sender, correlation_id, signature, first, receipts,
    content
)
VALUES (
    :enrolment_id, :digest, :made_at, :received_at, :source, :officer, :sender, :correlation_id, :signature, :first,
    :receipts, :content
);

-- name: packets
SELECT digest, made_at, received_at, source, officer, sender, correlation_id, signature, first, receipts, content
FROM enrolment_packet WHERE enrolment_id = :enrolment_id ORDER BY received_at, digest;

-- name: empty_packets!
UPDATE enrolment_packet SET content = NULL WHERE enrolment_id = :enrolment_id;

-- name: add_piece!
INSERT INTO enrolment_piece (enrolment_id, place, digest, about, content, received_at)
VALUES (:enrolment_id, :place, :digest, :about, :content, :received_at)
ON CONFLICT (enrolment_id, place, digest) DO NOTHING;

-- name: document^
SELECT about, content FROM enrolment_piece
WHERE enrolment_id = :enrolment_id AND digest = :digest AND place LIKE 'document/%' AND content IS NOT NULL LIMIT 1;

-- name: pieces
SELECT about FROM enrolment_piece WHERE enrolment_id = :enrolment_id ORDER BY received_at, place, digest;

-- name: forget_pieces!
DELETE FROM enrolment_piece WHERE enrolment_id = :enrolment_id;

-- name: add_tokens*!
INSERT INTO enrolment_token (token, enrolment_id) VALUES (:token, :enrolment_id);

-- name: forget_tokens!
DELETE FROM enrolment_token WHERE enrolment_id = :enrolment_id;
