-- name: open_case!
INSERT INTO desk_case
    (id, service_id, person_key, person_sealed, state, opened_by, opened_at, modified_at)
VALUES (:id, :service_id, :person_key, :person_sealed, 'REGISTERED', :opened_by, :now, :now)
ON CONFLICT (service_id, person_key) DO NOTHING;

-- name: case_of_person^
SELECT id, service_id, person_sealed, state, cleared_by, package_code, opened_by, opened_at, modified_at, revision
FROM desk_case WHERE service_id = :service_id AND person_key = ANY(:person_keys) ORDER BY opened_at LIMIT 1;

-- name: case_by_id^
SELECT id, service_id, person_sealed, state, cleared_by, package_code, opened_by, opened_at, modified_at, revision
FROM desk_case WHERE id = :id;

-- name: recent_cases
SELECT id, service_id, person_sealed, state, cleared_by, package_code, opened_by, opened_at, modified_at, revision
FROM desk_case WHERE service_id = :service_id AND opened_by = :opened_by
ORDER BY modified_at DESC LIMIT :limit;

-- name: move_case!
UPDATE desk_case SET state = :state, package_code = :package_code, modified_at = :now, revision = revision + 1
WHERE id = :id AND revision = :revision;

-- name: clear_case!
UPDATE desk_case SET cleared_by = :cleared_by, note_sealed = :note_sealed, modified_at = :now, revision = revision + 1
WHERE id = :id AND revision = :revision;
