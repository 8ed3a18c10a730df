-- name: put_licence!
INSERT INTO licence (id, name, url, adapting, selling, share_alike, credit)
VALUES (:id, :name, :url, :adapting, :selling, :share_alike, :credit)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, url = excluded.url, adapting = excluded.adapting,
    selling = excluded.selling, share_alike = excluded.share_alike, credit = excluded.credit;

-- name: licences
SELECT id, name, url, adapting, selling, share_alike, credit FROM licence ORDER BY id LIMIT :limit;

-- name: put!
INSERT INTO material (id, title, summary, address, licence_id, holder, source, language, format, version,
    owner_id, topics, competencies, reviewed_on, review_due, state, paid, parent_id, change_notes, adapter_id,
    link_state, link_fault, link_checked_at, created_at, changed_at, stage)
VALUES (:id, :title, :summary, :address, :licence_id, :holder, :source, :language, :format, :version,
    :owner_id, :topics, :competencies, :reviewed_on, :review_due, :state, :paid, :parent_id, :change_notes, :adapter_id,
    'unchecked', '', '', :changed_at, :changed_at, :stage)
ON CONFLICT (id) DO UPDATE SET title = excluded.title, summary = excluded.summary, licence_id = excluded.licence_id,
    link_state = CASE WHEN material.address = excluded.address THEN material.link_state ELSE 'unchecked' END,
    link_checked_at = CASE WHEN material.address = excluded.address THEN material.link_checked_at ELSE '' END,
    address = excluded.address, holder = excluded.holder, source = excluded.source, language = excluded.language,
    format = excluded.format, version = excluded.version, owner_id = excluded.owner_id, topics = excluded.topics,
    competencies = excluded.competencies, reviewed_on = excluded.reviewed_on, review_due = excluded.review_due,
    paid = excluded.paid, changed_at = excluded.changed_at;

-- name: by_id^
SELECT id, title, summary, address, licence_id, holder, source, language, format, version, owner_id, topics, competencies,
    reviewed_on, review_due, state, paid, parent_id, change_notes, adapter_id, link_state, link_fault, link_checked_at,
    created_at, changed_at, stage
FROM material WHERE id = :id;

-- name: by_ids
SELECT id, title, summary, address, licence_id, holder, source, language, format, version, owner_id, topics, competencies,
    reviewed_on, review_due, state, paid, parent_id, change_notes, adapter_id, link_state, link_fault, link_checked_at,
    created_at, changed_at, stage
FROM material WHERE id = ANY(:ids);

-- name: listed
SELECT id, title, summary, address, licence_id, holder, source, language, format, version, owner_id, topics, competencies,
    reviewed_on, review_due, state, paid, parent_id, change_notes, adapter_id, link_state, link_fault, link_checked_at,
    created_at, changed_at, stage
FROM material
WHERE id > :after AND (:language = '' OR language = :language) AND (:state = '' OR state = :state)
    AND (:broken = 0 OR link_state = 'broken')
    AND (:subject = '' OR EXISTS (
        SELECT 1 FROM material_subject WHERE material_id = material.id AND material_subject.subject = :subject))
ORDER BY id LIMIT :limit;

-- name: children
SELECT id, title, summary, address, licence_id, holder, source, language, format, version, owner_id, topics, competencies,
    reviewed_on, review_due, state, paid, parent_id, change_notes, adapter_id, link_state, link_fault, link_checked_at,
    created_at, changed_at, stage
FROM material WHERE parent_id = :parent_id ORDER BY id LIMIT :limit;

-- name: known
SELECT id, title, summary, language, address FROM material
WHERE state <> 'retired' AND (:state = '' OR state = :state) ORDER BY id LIMIT :limit;

-- name: set_stage!
UPDATE material SET stage = :stage, changed_at = :changed_at WHERE id = :id AND stage = :before;

-- name: set_state!
UPDATE material SET state = :state, changed_at = :changed_at WHERE id = :id AND state <> :state;

-- name: clear_subjects!
DELETE FROM material_subject WHERE material_id = :material_id;

-- name: add_subjects*!
INSERT INTO material_subject (material_id, kind, subject) VALUES (:material_id, :kind, :subject)
ON CONFLICT (material_id, kind, subject) DO NOTHING;

-- name: want*!
INSERT INTO wanted_topic (subject, kind, source) VALUES (:subject, :kind, :source)
ON CONFLICT (kind, subject) DO UPDATE SET source = excluded.source;

-- name: unwant!
DELETE FROM wanted_topic WHERE kind = :kind AND subject = :subject;

-- name: wanted
SELECT kind, subject FROM wanted_topic ORDER BY kind, subject LIMIT :limit;

-- name: counted
SELECT material_subject.kind, material_subject.subject, material.language, COUNT(*) AS count
FROM material_subject JOIN material ON material.id = material_subject.material_id
WHERE material.state = 'published'
GROUP BY material_subject.kind, material_subject.subject, material.language;

-- name: decide!
INSERT INTO material_decision (id, material_id, choice, reason, found, decided_by, decided_at)
VALUES (:id, :material_id, :choice, :reason, :found, :decided_by, :decided_at);

-- name: decisions
SELECT choice, reason, found, decided_by, decided_at FROM material_decision
WHERE material_id = :material_id ORDER BY decided_at DESC, id DESC LIMIT :limit;

-- name: tell!
INSERT INTO material_notice (id, parent_id, material_id, kind, words, state, sent_by, sent_at, answered_by, answered_at)
VALUES (:id, :parent_id, :material_id, :kind, :words, 'open', :sent_by, :sent_at, NULL, '');

-- name: notices
SELECT id, parent_id, material_id, kind, words, state, sent_by, sent_at, answered_by, answered_at FROM material_notice
WHERE parent_id = :parent_id ORDER BY sent_at DESC, id DESC LIMIT :limit;

-- name: notice^
SELECT id, parent_id, material_id, kind, words, state, sent_by, sent_at, answered_by, answered_at FROM material_notice
WHERE id = :id;

-- name: answer!
UPDATE material_notice SET state = :state, answered_by = :answered_by, answered_at = :answered_at
WHERE id = :id AND state = 'open';

-- name: to_check
SELECT id, address FROM material WHERE address <> '' AND state <> 'retired' AND link_checked_at < :before
ORDER BY link_checked_at, id LIMIT :limit;

-- name: checked!
UPDATE material SET link_state = :state, link_fault = :fault, link_checked_at = :checked_at
WHERE id = :id AND address = :address;

-- name: forget_owner!
UPDATE material SET owner_id = NULL WHERE owner_id = :person_id;
