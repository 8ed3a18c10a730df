-- name: put_organisation!
INSERT INTO organisation (id, names, kind, parent_id, place, created_at)
VALUES (:id, :names, :kind, :parent_id, :place, :created_at)
ON CONFLICT (id) DO UPDATE SET names = excluded.names, kind = excluded.kind, parent_id = excluded.parent_id,
    place = excluded.place;

-- name: organisations
SELECT id, names, kind, parent_id, place FROM organisation ORDER BY id LIMIT :limit;

-- name: put_person!
INSERT INTO person (id, subject, number, name_sealed, contact_sealed, gender, organisation_id, manager_id, place, language, created_at)
VALUES (:id, :subject, :number, :name_sealed, :contact_sealed, :gender, :organisation_id, :manager_id, :place, :language, :created_at)
ON CONFLICT (id) DO UPDATE SET number = excluded.number, name_sealed = excluded.name_sealed,
    contact_sealed = excluded.contact_sealed, gender = excluded.gender, organisation_id = excluded.organisation_id,
    manager_id = excluded.manager_id, place = excluded.place, language = excluded.language
WHERE person.erased_at IS NULL;

-- name: bind!
-- The first sign-in of somebody whom the country entered by number; only one sign-in can be bound.
UPDATE person SET subject = :subject WHERE id = :id AND subject IS NULL AND erased_at IS NULL;

-- name: by_id^
SELECT id, number, name_sealed, contact_sealed, gender, organisation_id, manager_id, place, language, erased_at
FROM person WHERE id = :id;

-- name: by_ids
SELECT id, number, name_sealed, contact_sealed, gender, organisation_id, manager_id, place, language, erased_at
FROM person WHERE id = ANY(:ids);

-- name: genders
SELECT id, gender FROM person WHERE id = ANY(:ids);

-- name: by_subject^
SELECT id, number, name_sealed, contact_sealed, gender, organisation_id, manager_id, place, language, erased_at
FROM person WHERE subject = :subject;

-- name: by_number^
SELECT id, number, name_sealed, contact_sealed, gender, organisation_id, manager_id, place, language, erased_at
FROM person WHERE number = :number;

-- name: by_numbers
SELECT id, number, name_sealed, contact_sealed, gender, organisation_id, manager_id, place, language, erased_at
FROM person WHERE number = ANY(:numbers);

-- name: describe!
UPDATE person SET contact_sealed = :contact_sealed, language = :language WHERE id = :id AND erased_at IS NULL;

-- name: listed
SELECT id, number, name_sealed, contact_sealed, gender, organisation_id, manager_id, place, language, erased_at
FROM person WHERE erased_at IS NULL AND id > :after ORDER BY id LIMIT :limit;

-- name: members
SELECT id, number, name_sealed, contact_sealed, gender, organisation_id, manager_id, place, language, erased_at
FROM person WHERE erased_at IS NULL AND organisation_id = ANY(:organisations) AND id > :after ORDER BY id LIMIT :limit;

-- name: reports
SELECT id, number, name_sealed, contact_sealed, gender, organisation_id, manager_id, place, language, erased_at
FROM person WHERE manager_id = :manager_id AND erased_at IS NULL ORDER BY id LIMIT :limit;

-- name: posts
SELECT person_id, role_id FROM post WHERE person_id = ANY(:ids) ORDER BY person_id, role_id;

-- name: clear_posts!
DELETE FROM post WHERE person_id = :person_id;

-- name: add_post!
INSERT INTO post (person_id, role_id) VALUES (:person_id, :role_id) ON CONFLICT (person_id, role_id) DO NOTHING;

-- name: erase!
UPDATE person SET subject = NULL, number = NULL, name_sealed = NULL, contact_sealed = NULL, gender = 'unstated',
    manager_id = NULL, place = '', erased_at = :erased_at
WHERE id = :id AND erased_at IS NULL;

-- name: count$
SELECT COUNT(*) FROM person WHERE erased_at IS NULL;

-- name: lock!
UPDATE person SET id = id WHERE id = :id;
