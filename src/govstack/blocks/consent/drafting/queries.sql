-- name: add!
INSERT INTO agreement_draft (
    id, agreement_id, read_revision_id, content, number, state, changed_by, changed_at
) VALUES (:id, :agreement_id, :read_revision_id, :content, 1, 'open', :changed_by, :changed_at);

-- name: change!
-- Nobody else may have changed the draft since it was read.
UPDATE agreement_draft
SET content = :content, number = number + 1, state = :state, agreement_id = :agreement_id, changed_by = :changed_by,
    changed_at = :changed_at
WHERE id = :id AND number = :number AND state = 'open';

-- name: by_id^
SELECT * FROM agreement_draft WHERE id = :id;

-- name: open_of^
SELECT * FROM agreement_draft WHERE agreement_id = :agreement_id AND state = 'open';

-- name: listed
SELECT * FROM agreement_draft WHERE state = 'open' ORDER BY changed_at DESC, id DESC LIMIT :limit;

-- name: open_ones$
SELECT COUNT(*) FROM agreement_draft WHERE state = 'open';
