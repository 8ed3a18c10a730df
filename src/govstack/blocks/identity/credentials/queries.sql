-- name: add!
INSERT INTO credential (
    id, number, person_id, kind, form, state, reference, language, replaces, requested_at, issued_at, expires_at, content
)
VALUES (
    :id, :number, :person_id, :kind, :form, :state, :reference, :language, :replaces, :requested_at, :issued_at,
    :expires_at, :content
);

-- name: by_id^
SELECT * FROM credential WHERE id = :id;

-- name: by_number^
SELECT * FROM credential WHERE number = :number;

-- name: by_reference^
SELECT * FROM credential WHERE reference = :reference;

-- name: current^
SELECT * FROM credential WHERE person_id = :person_id AND kind = :kind AND state NOT IN ('revoked', 'expired');

-- name: of_person
SELECT * FROM credential WHERE person_id = :person_id ORDER BY requested_at DESC, id DESC LIMIT :limit;

-- name: of_people
SELECT * FROM credential WHERE person_id = ANY(:people) ORDER BY requested_at DESC, id DESC LIMIT :limit;

-- name: in_state
-- What officials have something to do with: cards, and digital credentials that wait for their word.
SELECT * FROM credential WHERE state = :state AND (form = 'physical' OR state = 'requested')
ORDER BY requested_at, id LIMIT :limit OFFSET :offset;

-- name: past
SELECT * FROM credential WHERE state IN ('produced', 'delivered', 'active', 'suspended') AND expires_at <> ''
    AND expires_at <= :now
ORDER BY expires_at, id LIMIT :limit;

-- name: move!
UPDATE credential SET state = :state, issued_at = :issued_at, expires_at = :expires_at, content = :content
WHERE id = :id AND state = :before;

-- name: add_step!
INSERT INTO credential_step (credential_id, number, state, at, taken_by, own, reason)
SELECT :credential_id, COUNT(*) + 1, :state, :at, :taken_by, :own, :reason
FROM credential_step WHERE credential_id = :credential_id;

-- name: last_said$
-- What officials, or the block for them, said last of a person's credentials of a kind; that time passed says nothing.
SELECT s.state FROM credential c JOIN credential_step s ON s.credential_id = c.id
WHERE c.person_id = :person_id AND c.kind = :kind AND NOT s.own AND s.state <> 'expired'
ORDER BY c.requested_at DESC, c.id DESC, s.number DESC LIMIT 1;

-- name: steps
SELECT number, state, at, taken_by, own, reason FROM credential_step WHERE credential_id = :credential_id ORDER BY number;
