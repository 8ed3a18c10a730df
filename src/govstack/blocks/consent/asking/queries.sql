-- name: add!
INSERT INTO consent_request (
    id, agreement_id, individual_id, signs, asker, content, state, asked_at, expires_at, answered_at
) VALUES (
    :id, :agreement_id, :individual_id, :signs, :asker, :content, :state, :asked_at, :expires_at, :answered_at
);

-- name: by_id^
SELECT * FROM consent_request WHERE id = :id;

-- name: open_one^
-- The request for one thing that one person has not answered yet, also one that has expired meanwhile.
SELECT * FROM consent_request
WHERE agreement_id = :agreement_id AND individual_id = ANY(:individuals) AND signs = :signs
    AND state IN ('open', 'waiting')
ORDER BY asked_at LIMIT 1;

-- name: open_for
-- What people are asked and have not answered, the oldest first; an answer that waits for signatures is one.
SELECT * FROM consent_request
WHERE individual_id = ANY(:individuals) AND state = 'open' AND expires_at > :now
ORDER BY asked_at, id LIMIT :limit;

-- name: of_asker
SELECT * FROM consent_request WHERE asker = :asker ORDER BY asked_at DESC, id DESC LIMIT :limit OFFSET :offset;

-- name: signing_of
-- Requests for signatures beside one record that nobody answered yet.
SELECT * FROM consent_request WHERE signs = :signs AND signs <> '' AND state IN ('open', 'waiting');

-- name: settle!
-- A request comes to its end once.
UPDATE consent_request SET state = :state, answered_at = :answered_at
WHERE id = :id AND state IN ('open', 'waiting') AND state <> :state;

-- name: claim_telling!
-- Whoever sends the one message about a request takes it on first; who died at it holds nobody up for long.
UPDATE consent_request SET telling_until = :until
WHERE id = :id AND NOT told AND (telling_until <= :now OR telling_until > :latest);

-- name: note_told!
UPDATE consent_request SET told = TRUE, telling_until = '' WHERE id = :id;

-- name: let_telling_go!
UPDATE consent_request SET telling_until = '' WHERE id = :id;

-- name: forget!
-- Whoever is forgotten is nobody here either, as the one who was asked and as the one whose record is to be signed.
UPDATE consent_request SET individual_id = NULL, content = NULL, state = 'forgotten'
WHERE state <> 'forgotten' AND id IN (
    SELECT own.id FROM consent_request AS own
    WHERE own.individual_id = :individual_id AND own.agreement_id = :agreement_id
    UNION ALL
    SELECT beside.id FROM consent_request AS beside WHERE beside.signs = :record_id AND beside.signs <> ''
);
