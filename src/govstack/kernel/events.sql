-- name: remember!
-- Says 1 for an event seen for the first time, 0 for one delivered again.
INSERT INTO event_inbox (event_id, received_at) VALUES (:event_id, :now) ON CONFLICT (event_id) DO NOTHING;
