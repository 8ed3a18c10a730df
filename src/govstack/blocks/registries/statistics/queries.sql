-- name: changes
-- Registrations and other changes over time; a batch of loaded records counts as many.
SELECT substr(at, 1, CAST(:length AS INTEGER)) AS moment, kind,
       CAST(SUM(last_number - first_number + 1) AS BIGINT) AS number
FROM registry_change
WHERE registry_id = :registry_id AND at >= :since AND at < :until
GROUP BY 1, 2
ORDER BY 1, 2
LIMIT :limit;

-- name: readings
-- Answers with personal data over time, by the office that asked.
SELECT substr(at, 1, CAST(:length AS INTEGER)) AS moment,
       COALESCE(NULLIF(reader_institution_name, ''), NULLIF(reader_application, ''), '') AS office,
       COUNT(*) AS number
FROM personal_data_access
WHERE registry_id = :registry_id AND at >= :since AND at < :until
GROUP BY 1, 2
ORDER BY 1, 2
LIMIT :limit;

-- name: threshold$
SELECT smallest FROM statistics_threshold WHERE registry_id = :registry_id;

-- name: set_threshold!
INSERT INTO statistics_threshold (registry_id, smallest, set_at, set_by)
VALUES (:registry_id, :smallest, :set_at, :set_by)
ON CONFLICT (registry_id) DO UPDATE
SET smallest = excluded.smallest, set_at = excluded.set_at, set_by = excluded.set_by;

-- name: reports
SELECT id, name, definition, owner, owner_name, created_at FROM statistics_report
WHERE registry_id = :registry_id AND (owner = :owner OR CAST(:everybody AS INTEGER) = 1)
ORDER BY name, id
LIMIT :limit;

-- name: count_reports$
SELECT COUNT(*) FROM statistics_report WHERE registry_id = :registry_id AND owner = :owner;

-- name: add_report!
INSERT INTO statistics_report (id, registry_id, name, definition, owner, owner_name, created_at)
VALUES (:id, :registry_id, :name, :definition, :owner, :owner_name, :created_at);

-- name: drop_report!
DELETE FROM statistics_report WHERE id = :id AND registry_id = :registry_id;
