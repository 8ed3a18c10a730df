-- name: ask!
INSERT INTO discussion (id, community_id, person_id, title, body, hidden_reason, closed, first_answer_at, created_at)
VALUES (:id, :community_id, :person_id, :title, :body, '', 0, NULL, :at);

-- name: asked_since$
SELECT COUNT(*) FROM discussion WHERE person_id = :person_id AND created_at >= :since;

-- name: by_id^
SELECT d.id, d.community_id, d.person_id, d.title, d.body, d.hidden_reason, d.closed, d.first_answer_at, d.created_at,
    (SELECT COUNT(*) FROM discussion_answer a WHERE a.discussion_id = d.id) AS answers
FROM discussion d WHERE d.id = :id;

-- name: hold^
-- Whoever answers holds the question, so that it is neither closed nor answered too often meanwhile.
UPDATE discussion SET closed = closed WHERE id = :id
RETURNING closed, (SELECT COUNT(*) FROM discussion_answer a WHERE a.discussion_id = :id) AS answers;

-- name: listed
SELECT d.id, d.community_id, d.person_id, d.title, d.body, d.hidden_reason, d.closed, d.first_answer_at, d.created_at,
    (SELECT COUNT(*) FROM discussion_answer a WHERE a.discussion_id = d.id AND a.hidden_reason = '') AS answers
FROM discussion d WHERE d.community_id = :community_id AND d.id < :before AND (:hidden = 1 OR d.hidden_reason = '')
ORDER BY d.id DESC LIMIT :limit;

-- name: answer!
INSERT INTO discussion_answer (id, discussion_id, person_id, body, hidden_reason, promoted, item_id, created_at)
VALUES (:id, :discussion_id, :person_id, :body, '', 0, '', :at);

-- name: answered!
-- The first answer of somebody else than whoever asked; later ones change nothing.
UPDATE discussion SET first_answer_at = :at
WHERE id = :id AND first_answer_at IS NULL AND (person_id IS NULL OR person_id <> :person_id);

-- name: answers
SELECT a.id, a.discussion_id, a.person_id, a.body, a.hidden_reason, a.promoted, a.item_id, a.created_at,
    (SELECT COUNT(*) FROM community_act c WHERE c.community_id = :community_id AND c.act = 'reused' AND c.reference = a.id) AS used
FROM discussion_answer a WHERE a.discussion_id = :discussion_id
ORDER BY a.promoted DESC, a.id LIMIT :limit;

-- name: hide!
UPDATE discussion SET hidden_reason = :reason WHERE id = :id;

-- name: hide_answer!
UPDATE discussion_answer SET hidden_reason = :reason, promoted = 0 WHERE id = :id AND discussion_id = :discussion_id;

-- name: close!
UPDATE discussion SET closed = :closed WHERE id = :id;

-- name: promote!
UPDATE discussion_answer SET promoted = :promoted WHERE id = :id AND discussion_id = :discussion_id AND hidden_reason = '';

-- name: kept!
-- Once: an answer becomes one item.
UPDATE discussion_answer SET item_id = :item_id, promoted = 1 WHERE id = :id AND item_id = '' AND hidden_reason = '';

-- name: forget!
UPDATE discussion SET person_id = NULL WHERE person_id = :person_id;

-- name: forget_answers!
UPDATE discussion_answer SET person_id = NULL WHERE person_id = :person_id;
