-- name: put_scale!
INSERT INTO competency_scale (id, content, changed_at) VALUES (:id, :content, :changed_at)
ON CONFLICT (id) DO UPDATE SET content = excluded.content, changed_at = excluded.changed_at;

-- name: scales
SELECT content FROM competency_scale ORDER BY id LIMIT :limit;

-- name: scale_content^
SELECT content FROM competency_scale WHERE id = :id;

-- name: levels_in_use
-- Levels that ratings and requirements stand on.
SELECT DISTINCT level FROM competency_rating WHERE scale_id = :scale_id
UNION SELECT DISTINCT level FROM role_requirement WHERE scale_id = :scale_id;

-- name: put_framework!
INSERT INTO competency_framework (id, revision, content, changed_at) VALUES (:id, :revision, :content, :changed_at)
ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, content = excluded.content, changed_at = excluded.changed_at;

-- name: lock_framework^
SELECT revision FROM competency_framework WHERE id = :id;

-- name: lock_framework__postgres^
SELECT revision FROM competency_framework WHERE id = :id FOR UPDATE;

-- name: add_revision!
INSERT INTO competency_framework_revision (framework_id, revision, content, made_at)
VALUES (:framework_id, :revision, :content, :made_at);

-- name: revisions
SELECT revision, made_at FROM competency_framework_revision WHERE framework_id = :framework_id
ORDER BY revision DESC LIMIT :limit;

-- name: revision_content$
SELECT content FROM competency_framework_revision WHERE framework_id = :framework_id AND revision = :revision;

-- name: frameworks
SELECT revision, content FROM competency_framework ORDER BY id LIMIT :limit;

-- name: framework^
SELECT revision, content FROM competency_framework WHERE id = :id;

-- name: put_competency*!
INSERT INTO competency (id, framework_id, place, scale_id, retired, content, code)
VALUES (:id, :framework_id, :place, :scale_id, false, :content, :code)
ON CONFLICT (id) DO UPDATE SET place = excluded.place, scale_id = excluded.scale_id, retired = false,
    content = excluded.content, code = excluded.code;

-- name: foreign_owners
SELECT id FROM competency WHERE id = ANY(:ids) AND framework_id <> :framework_id LIMIT 1;

-- name: retire_all!
UPDATE competency SET retired = true WHERE framework_id = :framework_id;

-- name: competencies
SELECT framework_id, retired, content FROM competency WHERE framework_id = :framework_id ORDER BY place, id LIMIT :limit;

-- name: all_competencies
SELECT framework_id, retired, content FROM competency ORDER BY framework_id, place, id LIMIT :limit;

-- name: competencies_by_id
SELECT framework_id, retired, content FROM competency WHERE id = ANY(:ids) ORDER BY framework_id, place, id;

-- name: clear_relations!
DELETE FROM competency_relation
WHERE from_id IN (SELECT id FROM competency WHERE framework_id = :framework_id);

-- name: add_relation*!
INSERT INTO competency_relation (from_id, to_id, kind, place) VALUES (:from_id, :to_id, :kind, :place);

-- name: relations_of_framework
SELECT from_id, to_id, kind FROM competency_relation
WHERE from_id IN (SELECT id FROM competency WHERE framework_id = :framework_id) ORDER BY place, from_id, to_id, kind;

-- name: relations_of
SELECT from_id, to_id, kind FROM competency_relation WHERE from_id = :id OR to_id = :id
ORDER BY kind, from_id, to_id LIMIT :limit;
