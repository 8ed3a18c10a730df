-- What was said under a version stays what it was.

CREATE TRIGGER wording_version_no_update BEFORE UPDATE ON wording_version
BEGIN
    SELECT RAISE(ABORT, 'append-only');
END;

CREATE TRIGGER wording_version_no_delete BEFORE DELETE ON wording_version
BEGIN
    SELECT RAISE(ABORT, 'append-only');
END;
