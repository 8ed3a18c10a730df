-- Append-only: the database itself refuses to change what was said of a person. This trigger does nothing else.

CREATE TRIGGER competency_rating_no_update BEFORE UPDATE ON competency_rating
BEGIN
    SELECT RAISE(ABORT, 'append-only');
END;
