-- name: put_tool!
INSERT INTO lti_tool (id, client_id, card, retired_at, created_at) VALUES (:id, :client_id, :card, NULL, :created_at)
ON CONFLICT (id) DO UPDATE SET card = excluded.card, retired_at = NULL;

-- name: tool^
SELECT id, client_id, card, retired_at FROM lti_tool WHERE id = :id;

-- name: tool_of_client^
SELECT id, client_id, card, retired_at FROM lti_tool WHERE client_id = :client_id;

-- name: tools
SELECT id, client_id, card, retired_at FROM lti_tool ORDER BY id LIMIT :limit;

-- name: retire!
UPDATE lti_tool SET retired_at = :at WHERE id = :id AND retired_at IS NULL;

-- name: put_link!
INSERT INTO lti_link (id, tool_id, course_id, card, created_at) VALUES (:id, :tool_id, :course_id, :card, :created_at)
ON CONFLICT (id) DO UPDATE SET card = excluded.card, tool_id = excluded.tool_id, course_id = excluded.course_id;

-- name: link_in_course^
SELECT id FROM lti_link WHERE tool_id = :tool_id AND course_id = :course_id AND (:id = '' OR id = :id) LIMIT 1;

-- name: put_line!
INSERT INTO lti_line (id, tool_id, link_id, coupled, label, maximum, pass_percent, resource_id, tag, starts_at, ends_at)
VALUES (:id, :tool_id, :id, 1, :label, :maximum, :pass_percent, :resource_id, :tag, '', '')
ON CONFLICT (id) DO UPDATE SET tool_id = excluded.tool_id, label = excluded.label, maximum = excluded.maximum,
    pass_percent = excluded.pass_percent, resource_id = excluded.resource_id, tag = excluded.tag
WHERE lti_line.coupled = 1;

-- name: uncouple!
DELETE FROM lti_line WHERE id = :id AND coupled = 1;

-- name: link^
SELECT l.id AS id, l.card AS card, t.id AS tool_id, t.client_id AS client_id, t.card AS tool_card, t.retired_at AS retired_at
FROM lti_link l JOIN lti_tool t ON t.id = l.tool_id WHERE l.id = :id;

-- name: links
SELECT l.id AS id, l.card AS card, t.id AS tool_id, t.client_id AS client_id, t.card AS tool_card, t.retired_at AS retired_at
FROM lti_link l JOIN lti_tool t ON t.id = l.tool_id ORDER BY l.id LIMIT :limit;

-- name: add_launch!
INSERT INTO lti_launch (id, link_id, learner_id, expires_at) VALUES (:id, :link_id, :learner_id, :expires_at);

-- name: launch^
SELECT w.id AS id, w.link_id AS link_id, w.learner_id AS learner_id, s.subject AS subject, w.expires_at AS expires_at,
    w.used_at AS used_at
FROM lti_launch w JOIN lti_link l ON l.id = w.link_id
    JOIN lti_subject s ON s.tool_id = l.tool_id AND s.learner_id = w.learner_id
WHERE w.id = :id;

-- name: name_subject!
INSERT INTO lti_subject (tool_id, learner_id, subject) VALUES (:tool_id, :learner_id, :subject)
ON CONFLICT (tool_id, learner_id) DO NOTHING;

-- name: subject^
SELECT subject FROM lti_subject WHERE tool_id = :tool_id AND learner_id = :learner_id;

-- name: learner^
SELECT learner_id FROM lti_subject WHERE tool_id = :tool_id AND subject = :subject;

-- name: forget_subject!
DELETE FROM lti_subject WHERE learner_id = :learner_id;

-- name: use!
UPDATE lti_launch SET used_at = :at WHERE id = :id AND used_at IS NULL AND expires_at > :at;

-- name: tidy!
DELETE FROM lti_launch WHERE expires_at < :before;

-- name: forget!
DELETE FROM lti_launch WHERE learner_id = :learner_id;

-- name: keys
SELECT id, public, private_sealed FROM lti_key ORDER BY created_at DESC, id DESC LIMIT :limit;

-- name: add_key!
INSERT INTO lti_key (id, public, private_sealed, created_at) VALUES (:id, :public, :private_sealed, :created_at);
