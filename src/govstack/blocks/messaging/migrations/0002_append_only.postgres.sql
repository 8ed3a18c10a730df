-- Append-only (MSG-01): the database itself refuses to change or delete what was written. These triggers do nothing else.

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append-only' USING ERRCODE = 'check_violation';
END;
$$;

CREATE TRIGGER message_request_append_only BEFORE UPDATE OR DELETE ON message_request
FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER message_append_only BEFORE UPDATE OR DELETE ON message
FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER message_event_append_only BEFORE UPDATE OR DELETE ON message_event
FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER request_tally_append_only BEFORE UPDATE OR DELETE ON request_tally
FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER reply_append_only BEFORE UPDATE OR DELETE ON reply
FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER reply_event_append_only BEFORE UPDATE OR DELETE ON reply_event
FOR EACH ROW EXECUTE FUNCTION refuse_change();
