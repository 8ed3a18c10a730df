-- name: put_subscription!
INSERT INTO subscription (partner_id, types, modified_at) VALUES (:partner_id, :types, :now)
ON CONFLICT (partner_id) DO UPDATE SET types = excluded.types, modified_at = excluded.modified_at;

-- name: subscriptions
SELECT partner_id, types FROM subscription ORDER BY partner_id;

-- name: announce!
INSERT INTO announcement (id, event_id, partner_id, person_id, happening, at)
VALUES (:id, :event_id, :partner_id, :person_id, :happening, :at)
ON CONFLICT (event_id, partner_id) DO NOTHING;

-- name: announcement_by_id^
SELECT id, partner_id, person_id, happening, at FROM announcement WHERE id = :id;

-- name: forget_announcements!
DELETE FROM announcement WHERE at < :before;
