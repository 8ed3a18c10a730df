-- name: add!
INSERT INTO individual (id, revision_id, reference, person, notices, created_at)
VALUES (:id, :revision_id, :reference, :person, TRUE, :created_at);

-- name: revise!
UPDATE individual SET revision_id = :revision_id, reference = :reference, person = :person
WHERE id = :id AND revision_id = :previous_id;

-- name: by_ids
SELECT id, revision_id, notices FROM individual WHERE id = ANY(:ids);

-- name: of_person
SELECT id, revision_id, notices FROM individual WHERE person = ANY(:prints) ORDER BY created_at, id LIMIT :limit;

-- name: same_person
-- The rows of the natural person behind one of them, that one among them.
SELECT other.id FROM individual AS own JOIN individual AS other ON other.person = own.person OR other.id = own.id
WHERE own.id = :id ORDER BY other.created_at, other.id LIMIT :limit;

-- name: of_references
SELECT id, revision_id, notices FROM individual WHERE reference = ANY(:prints) LIMIT :limit;

-- name: listed
SELECT id, revision_id, notices FROM individual ORDER BY created_at, id LIMIT :limit OFFSET :offset;

-- name: switch_notices!
UPDATE individual SET notices = :wanted WHERE id = ANY(:ids);
