-- Members: how they come, change and go.

-- name: insert_member!
INSERT INTO member (id, instance, member_class, code, name, state, contact_name, contact_email, agreement, reason,
                    applied_by, applied_at, decided_by, decided_at)
VALUES (:id, :instance, :member_class, :code, :name, :state, :contact_name, :contact_email, :agreement, :reason,
        :applied_by, :applied_at, :decided_by, :decided_at);

-- name: update_member!
UPDATE member
SET name = :name, state = :state, contact_name = :contact_name, contact_email = :contact_email,
    agreement = :agreement, reason = :reason, applied_by = :applied_by, applied_at = :applied_at,
    decided_by = :decided_by, decided_at = :decided_at
WHERE id = :id;

-- name: members
SELECT id, instance, member_class, code, name, state, contact_name, contact_email, agreement, reason, applied_by,
       applied_at, decided_by, decided_at
FROM member
WHERE instance = :instance AND (:state = '' OR state = :state)
  AND (CAST(:everything AS BOOLEAN) OR state = 'accepted' OR applied_by = :viewer)
  AND (member_class, code) > (:after_class, :after_code)
ORDER BY member_class, code
LIMIT :limit;

-- name: clear!
-- With the members go their applications, services, rights, requests and certificates.
DELETE FROM member;
