-- Append-only (MSG-01), with one way out: rows leave that stand in the file of an archive, and no others.

CREATE FUNCTION refuse_unreleased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM archive_release WHERE id = to_jsonb(OLD) ->> TG_ARGV[0]) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'append-only' USING ERRCODE = 'check_violation';
END;
$$;

DROP TRIGGER message_request_append_only ON message_request;

CREATE TRIGGER message_request_no_update BEFORE UPDATE ON message_request
FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER message_request_no_delete BEFORE DELETE ON message_request
FOR EACH ROW EXECUTE FUNCTION refuse_unreleased('id');

DROP TRIGGER message_append_only ON message;

CREATE TRIGGER message_no_update BEFORE UPDATE ON message
FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER message_no_delete BEFORE DELETE ON message
FOR EACH ROW EXECUTE FUNCTION refuse_unreleased('request_id');

DROP TRIGGER message_event_append_only ON message_event;

CREATE TRIGGER message_event_no_update BEFORE UPDATE ON message_event
FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER message_event_no_delete BEFORE DELETE ON message_event
FOR EACH ROW EXECUTE FUNCTION refuse_unreleased('message_id');

DROP TRIGGER request_tally_append_only ON request_tally;

CREATE TRIGGER request_tally_no_update BEFORE UPDATE ON request_tally
FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER request_tally_no_delete BEFORE DELETE ON request_tally
FOR EACH ROW EXECUTE FUNCTION refuse_unreleased('request_id');

DROP TRIGGER reply_append_only ON reply;

CREATE TRIGGER reply_no_update BEFORE UPDATE ON reply
FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER reply_no_delete BEFORE DELETE ON reply
FOR EACH ROW EXECUTE FUNCTION refuse_unreleased('request_id');

DROP TRIGGER reply_event_append_only ON reply_event;

CREATE TRIGGER reply_event_no_update BEFORE UPDATE ON reply_event
FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER reply_event_no_delete BEFORE DELETE ON reply_event
FOR EACH ROW EXECUTE FUNCTION refuse_unreleased('reply_id');

CREATE TRIGGER request_extension_no_update BEFORE UPDATE ON request_extension
FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER request_extension_no_delete BEFORE DELETE ON request_extension
FOR EACH ROW EXECUTE FUNCTION refuse_unreleased('request_id');
