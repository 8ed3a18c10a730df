-- What was said under a version stays what it was.

CREATE TRIGGER wording_version_append_only BEFORE UPDATE OR DELETE ON wording_version
FOR EACH ROW EXECUTE FUNCTION refuse_change();
