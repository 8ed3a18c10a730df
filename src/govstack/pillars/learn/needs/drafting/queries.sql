-- name: begin!
INSERT INTO instrument_draft (instrument_id, document, revision, based_on, changed_at)
VALUES (:instrument_id, :document, 1, :based_on, :changed_at) ON CONFLICT (instrument_id) DO NOTHING;

-- name: draft^
SELECT document, revision, based_on, changed_at FROM instrument_draft WHERE instrument_id = :instrument_id;

-- name: listed
-- Those that were changed last come first.
SELECT document, revision, based_on, changed_at FROM instrument_draft ORDER BY changed_at DESC, instrument_id LIMIT :limit;

-- name: change!
-- Nothing is changed when somebody else was faster.
UPDATE instrument_draft SET document = :document, revision = revision + 1, changed_at = :changed_at
WHERE instrument_id = :instrument_id AND revision = :revision;

-- name: discard!
DELETE FROM instrument_draft WHERE instrument_id = :instrument_id AND revision = :revision;
