-- What was applied to this database, and the roles around it.

-- name: create_record!
CREATE TABLE IF NOT EXISTS schema_migration (
    package TEXT NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    applied_at TEXT NOT NULL,
    PRIMARY KEY (package, number)
);

-- name: applied^
SELECT name, digest, applied_at FROM schema_migration WHERE package = :package AND number = :number;

-- name: record!
INSERT INTO schema_migration (package, number, name, digest, applied_at)
VALUES (:package, :number, :name, :digest, :applied_at);

-- name: lock
-- One process at a time; on SQLite every transaction is alone already.
SELECT 1;

-- name: lock__postgres
SELECT pg_advisory_xact_lock(hashtext(current_setting('search_path')));

-- name: has_schema$
-- The rest is asked of PostgreSQL only.
SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = :schema);

-- name: has_role$
SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = :role);

-- name: may_create_roles$
SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = CURRENT_USER;

-- name: may_drop_role$
-- Made by us, nowhere else in use, and ours to drop: roles are the whole server's, so another database may share its name.
-- From PostgreSQL 16 on, being a member of it is noted beside what depends on it, and dropping it needs its ADMIN option.
SELECT EXISTS (
    SELECT 1 FROM pg_roles AS role
    WHERE role.rolname = :role AND shobj_description(role.oid, 'pg_authid') = :mark
    AND NOT EXISTS (
        SELECT 1 FROM pg_shdepend AS used
        WHERE used.refclassid = 'pg_authid'::regclass AND used.refobjid = role.oid
        AND used.classid <> 'pg_auth_members'::regclass
    )
    AND (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = CURRENT_USER)
    AND (current_setting('server_version_num')::int < 160000
         OR pg_has_role(CURRENT_USER, role.oid, 'MEMBER WITH ADMIN OPTION'))
);

-- name: lock_extensions
SELECT pg_advisory_xact_lock(hashtext('govstack extensions'));

-- name: may_create_extension$
-- A trusted extension (PostgreSQL 13) may be created by whoever may create schemas.
SELECT EXISTS (
    SELECT 1 FROM pg_available_extensions AS known
    JOIN pg_available_extension_versions AS found ON found.name = known.name AND found.version = known.default_version
    WHERE known.name = :name AND known.installed_version IS NULL AND to_regnamespace('public') IS NOT NULL
    AND ((SELECT rolsuper FROM pg_roles WHERE rolname = CURRENT_USER)
         OR (found.trusted AND has_database_privilege(current_database(), 'CREATE')))
);

-- name: extension_schema$
SELECT nspname FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
WHERE extname = :name AND has_schema_privilege(pg_namespace.oid, 'USAGE');
