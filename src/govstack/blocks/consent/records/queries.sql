-- name: add!
INSERT INTO consent_record (
    id, revision_id, agreement_id, agreement_revision_id, individual_id, opt_in, state, signature_id, forgotten,
    created_at, signatures_required
) VALUES (
    :id, :revision_id, :agreement_id, :agreement_revision_id, :individual_id, :opt_in, :state, :signature_id, FALSE,
    :created_at, :signatures_required
);

-- name: revise!
UPDATE consent_record
SET revision_id = :revision_id, opt_in = :opt_in, state = :state, signature_id = :signature_id
WHERE id = :id AND revision_id = :previous_id AND NOT forgotten;

-- name: forget!
UPDATE consent_record
SET revision_id = :revision_id, opt_in = NULL, state = 'unsigned', signature_id = NULL, individual_id = NULL,
    forgotten = TRUE
WHERE id = :id AND NOT forgotten;

-- name: by_id^
SELECT * FROM consent_record WHERE id = :id;

-- name: of_pair^
-- The record of a person for one version of an agreement.
SELECT * FROM consent_record WHERE agreement_revision_id = :agreement_revision_id AND individual_id = ANY(:individuals)
ORDER BY created_at DESC, id DESC LIMIT 1;

-- name: of_individuals
-- All records of a person, the newest first; agreement_id narrows them to one agreement.
SELECT * FROM consent_record
WHERE individual_id = ANY(:individuals) AND (:agreement_id = '' OR agreement_id = :agreement_id)
    AND (:agreement_revision_id = '' OR agreement_revision_id = :agreement_revision_id)
ORDER BY created_at DESC, id DESC LIMIT :limit OFFSET :offset;

-- name: current_of_individuals
-- The newest record of a person for each agreement; where only settled ones are wanted, one that waits for signatures
-- is passed over, and the one before it holds.
SELECT * FROM consent_record AS r
WHERE r.individual_id = ANY(:individuals) AND (:agreement_id = '' OR r.agreement_id = :agreement_id)
    AND (:agreement_revision_id = '' OR r.agreement_revision_id = :agreement_revision_id)
    AND NOT (:settled AND r.opt_in IS TRUE AND r.signatures_required > 0 AND r.state <> 'signed')
    AND NOT EXISTS (
        SELECT 1 FROM consent_record AS later
        WHERE later.individual_id = r.individual_id AND later.agreement_id = r.agreement_id
            AND later.created_at > r.created_at
            AND NOT (
                :settled AND later.opt_in IS TRUE AND later.signatures_required > 0 AND later.state <> 'signed'
            )
    )
ORDER BY r.created_at DESC, r.id DESC LIMIT :limit OFFSET :offset;

-- name: current
-- The newest record of everybody for each agreement.
SELECT * FROM consent_record AS r
WHERE NOT r.forgotten
    AND NOT (:settled AND r.opt_in IS TRUE AND r.signatures_required > 0 AND r.state <> 'signed')
    AND NOT EXISTS (
        SELECT 1 FROM consent_record AS later
        WHERE later.individual_id = r.individual_id AND later.agreement_id = r.agreement_id
            AND later.created_at > r.created_at
            AND NOT (
                :settled AND later.opt_in IS TRUE AND later.signatures_required > 0 AND later.state <> 'signed'
            )
    )
ORDER BY r.created_at, r.id LIMIT :limit OFFSET :offset;

-- name: current_of_agreement
-- The newest record of everybody for one agreement, which one of its versions may name. It stands apart from the others,
-- so that the few records of one agreement are found among millions by their index.
SELECT * FROM consent_record AS r
WHERE r.agreement_id = COALESCE(
        NULLIF(:agreement_id, ''), (SELECT v.object_id FROM revision AS v WHERE v.id = :agreement_revision_id)
    )
    AND NOT r.forgotten
    AND (:agreement_revision_id = '' OR r.agreement_revision_id = :agreement_revision_id)
    AND NOT (:settled AND r.opt_in IS TRUE AND r.signatures_required > 0 AND r.state <> 'signed')
    AND NOT EXISTS (
        SELECT 1 FROM consent_record AS later
        WHERE later.individual_id = r.individual_id AND later.agreement_id = r.agreement_id
            AND later.created_at > r.created_at
            AND NOT (
                :settled AND later.opt_in IS TRUE AND later.signatures_required > 0 AND later.state <> 'signed'
            )
    )
ORDER BY r.created_at, r.id LIMIT :limit OFFSET :offset;

-- name: listed
SELECT * FROM consent_record WHERE NOT forgotten ORDER BY created_at, id LIMIT :limit OFFSET :offset;

-- name: agreed_after
-- People whose newest answer to an agreement is yes, in order of their ids.
SELECT r.individual_id FROM consent_record AS r
WHERE r.agreement_id = :agreement_id AND r.opt_in AND r.individual_id > :after
    AND NOT EXISTS (
        SELECT 1 FROM consent_record AS later
        WHERE later.individual_id = r.individual_id AND later.agreement_id = r.agreement_id
            AND later.created_at > r.created_at
    )
ORDER BY r.individual_id LIMIT :limit;

-- name: agreeing$
-- How many people's newest answer to an agreement is yes; nobody is counted beyond the limit.
SELECT COUNT(*) FROM (
    SELECT 1 FROM consent_record AS r
    WHERE r.agreement_id = :agreement_id AND r.opt_in
        AND NOT EXISTS (
            SELECT 1 FROM consent_record AS later
            WHERE later.individual_id = r.individual_id AND later.agreement_id = r.agreement_id
                AND later.created_at > r.created_at
        )
    LIMIT :limit
) AS counted;
