-- Append-only: the database itself refuses to change what was said of a person. This trigger does nothing else.

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append-only' USING ERRCODE = 'check_violation';
END;
$$;

CREATE TRIGGER competency_rating_no_update BEFORE UPDATE ON competency_rating
FOR EACH ROW EXECUTE FUNCTION refuse_change();
