-- name: add_token!
INSERT INTO lti_token (hash, tool_id, scopes, expires_at) VALUES (:hash, :tool_id, :scopes, :expires_at);

-- name: token^
SELECT tool_id, scopes FROM lti_token WHERE hash = :hash AND expires_at > :now;

-- name: add_proof!
INSERT INTO lti_proof (hash, expires_at) VALUES (:hash, :expires_at) ON CONFLICT (hash) DO NOTHING;

-- name: tidy_tokens!
DELETE FROM lti_token WHERE expires_at < :before;

-- name: tidy_proofs!
DELETE FROM lti_proof WHERE expires_at < :before;

-- name: lines
SELECT id, tool_id, link_id, coupled, label, maximum, pass_percent, resource_id, tag, starts_at, ends_at FROM lti_line
WHERE tool_id = :tool_id AND id > :after AND (:link_id = '' OR link_id = :link_id)
    AND (:resource_id = '' OR resource_id = :resource_id) AND (:tag = '' OR tag = :tag)
ORDER BY id LIMIT :limit;

-- name: line^
SELECT id, tool_id, link_id, coupled, label, maximum, pass_percent, resource_id, tag, starts_at, ends_at FROM lti_line
WHERE id = :id;

-- name: own_lines$
SELECT count(*) FROM lti_line WHERE tool_id = :tool_id AND coupled = 0;

-- name: add_line!
INSERT INTO lti_line (id, tool_id, link_id, coupled, label, maximum, pass_percent, resource_id, tag, starts_at, ends_at)
VALUES (:id, :tool_id, :link_id, 0, :label, :maximum, 0, :resource_id, :tag, :starts_at, :ends_at)
ON CONFLICT (id) DO UPDATE SET label = excluded.label, maximum = excluded.maximum, resource_id = excluded.resource_id,
    tag = excluded.tag, starts_at = excluded.starts_at, ends_at = excluded.ends_at
WHERE lti_line.coupled = 0;

-- name: remove_line!
DELETE FROM lti_line WHERE id = :id AND coupled = 0;

-- name: put_score!
INSERT INTO lti_score (line_id, learner_id, given, maximum, activity, grading, comment_sealed, print, scored_at)
VALUES (:line_id, :learner_id, :given, :maximum, :activity, :grading, :comment_sealed, :print, :scored_at)
ON CONFLICT (line_id, learner_id) DO UPDATE SET given = excluded.given, maximum = excluded.maximum,
    activity = excluded.activity, grading = excluded.grading, comment_sealed = excluded.comment_sealed,
    print = excluded.print, scored_at = excluded.scored_at
WHERE lti_score.scored_at < excluded.scored_at;

-- name: print^
SELECT print, scored_at FROM lti_score WHERE line_id = :line_id AND learner_id = :learner_id;

-- name: scores
SELECT c.learner_id AS learner_id, c.given AS given, c.maximum AS maximum, c.activity AS activity, c.grading AS grading,
    c.comment_sealed AS comment_sealed, c.scored_at AS scored_at, s.subject AS subject
FROM lti_score c JOIN lti_line l ON l.id = c.line_id
    JOIN lti_subject s ON s.tool_id = l.tool_id AND s.learner_id = c.learner_id
WHERE c.line_id = :line_id AND s.subject > :after AND (:subject = '' OR s.subject = :subject)
ORDER BY s.subject LIMIT :limit;

-- name: score^
SELECT c.learner_id AS learner_id, c.given AS given, c.maximum AS maximum, c.activity AS activity, c.grading AS grading,
    c.comment_sealed AS comment_sealed, c.scored_at AS scored_at, '' AS subject
FROM lti_score c WHERE c.line_id = :line_id AND c.learner_id = :learner_id;

-- name: forget!
DELETE FROM lti_score WHERE learner_id = :learner_id;
