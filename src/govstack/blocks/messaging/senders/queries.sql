-- Senders and their keys.

-- name: by_key^
SELECT s.* FROM sender_key k JOIN sender s ON s.id = k.sender_id
WHERE k.hash = ANY(:hashes) AND k.revoked_at IS NULL AND s.state = 'active';

-- name: by_application^
SELECT * FROM sender WHERE application = :application AND state = 'active';

-- name: by_id^
SELECT * FROM sender WHERE id = :id;

-- name: hold^
-- Whoever changes a sender waits here for whoever is changing it: neither undoes what the other did.
UPDATE sender SET changed_at = changed_at WHERE id = :id RETURNING *;

-- name: senders
SELECT * FROM sender WHERE id > :after ORDER BY id LIMIT :limit;

-- name: names
SELECT id, organisation_name FROM sender WHERE id = ANY(:ids);

-- name: keys
SELECT id, sender_id, created_by, created_at, revoked_at FROM sender_key WHERE sender_id = :sender_id ORDER BY id;

-- name: insert_sender!
INSERT INTO sender (id, organisation_name, organisation_reg_nr, on_behalf_of_name, on_behalf_of_reg_nr, email, reply_to,
                    name, application, callback_hosts, per_second, daily_quota, batch_recipients_max,
                    retry_first_seconds, retry_factor, retry_longest_seconds, urgent, state, created_by, created_at,
                    changed_at)
VALUES (:id, :organisation_name, :organisation_reg_nr, :on_behalf_of_name, :on_behalf_of_reg_nr, :email, :reply_to,
        :name, :application, :callback_hosts, :per_second, :daily_quota, :batch_recipients_max, :retry_first_seconds,
        :retry_factor, :retry_longest_seconds, :urgent, :state, :created_by, :created_at, :changed_at)
ON CONFLICT (id) DO NOTHING;

-- name: update_sender!
UPDATE sender
SET organisation_name = :organisation_name, organisation_reg_nr = :organisation_reg_nr,
    on_behalf_of_name = :on_behalf_of_name, on_behalf_of_reg_nr = :on_behalf_of_reg_nr, email = :email,
    reply_to = :reply_to, name = :name, application = :application, callback_hosts = :callback_hosts,
    per_second = :per_second, daily_quota = :daily_quota, batch_recipients_max = :batch_recipients_max,
    retry_first_seconds = :retry_first_seconds, retry_factor = :retry_factor,
    retry_longest_seconds = :retry_longest_seconds, urgent = :urgent, state = :state, changed_at = :changed_at
WHERE id = :id;

-- name: insert_pace!
INSERT INTO sender_pace (sender_id, slot_at, used, day, day_messages) VALUES (:sender_id, '', 0, '', 0)
ON CONFLICT (sender_id) DO NOTHING;

-- name: insert_key!
INSERT INTO sender_key (id, sender_id, hash, created_by, created_at, revoked_at)
VALUES (:id, :sender_id, :hash, :created_by, :now, NULL)
ON CONFLICT (hash) DO NOTHING;

-- name: revoke_key!
UPDATE sender_key SET revoked_at = :now WHERE id = :id AND sender_id = :sender_id AND revoked_at IS NULL;
