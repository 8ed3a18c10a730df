-- Services and their endpoints, as their providers change them.

-- name: insert_service!
INSERT INTO service (id, application_id, code, version, type, title, description, spec_url, service_url, enabled,
                     timeout_seconds, request_bytes_max, answer_bytes_max, payload_kept, document, document_format,
                     document_digest, registered_by, registered_at, changed_at)
VALUES (:id, :application_id, :code, :version, :type, :title, :description, :spec_url, :service_url, :enabled,
        :timeout_seconds, :request_bytes_max, :answer_bytes_max, :payload_kept, :document, :document_format,
        :document_digest, :registered_by, :registered_at, :changed_at);

-- name: update_service!
UPDATE service
SET version = :version, title = :title, description = :description, spec_url = :spec_url, service_url = :service_url,
    enabled = :enabled, timeout_seconds = :timeout_seconds, request_bytes_max = :request_bytes_max,
    answer_bytes_max = :answer_bytes_max, payload_kept = :payload_kept, document_digest = :document_digest,
    changed_at = :changed_at
WHERE id = :id;

-- name: update_document!
UPDATE service SET document = :document, document_format = :document_format WHERE id = :id;

-- name: delete_service!
DELETE FROM service WHERE id = :id;

-- name: delete_endpoints!
DELETE FROM endpoint WHERE service_id = :service_id;

-- name: insert_endpoint*!
INSERT INTO endpoint (service_id, method, path, operation_id, summary, enabled)
VALUES (:service_id, :method, :path, :operation_id, :summary, :enabled);

-- name: switch_endpoint!
UPDATE endpoint SET enabled = :enabled WHERE service_id = :service_id AND method = :method AND path = :path;

-- name: delete_orphaned_rights!
-- A right for an endpoint that is no longer described must not come back to life with a later document.
DELETE FROM access_right
WHERE service_id = :service_id AND path <> ''
  AND NOT EXISTS (SELECT 1 FROM endpoint e
                  WHERE e.service_id = access_right.service_id AND e.method = access_right.method
                    AND e.path = access_right.path);
