-- Append-only (MSG-01): the database itself refuses to change or delete what was written. These triggers do nothing else.

CREATE TRIGGER message_request_no_update BEFORE UPDATE ON message_request
BEGIN
    SELECT RAISE(ABORT, 'append-only');
END;

CREATE TRIGGER message_request_no_delete BEFORE DELETE ON message_request
BEGIN
    SELECT RAISE(ABORT, 'append-only');
END;

CREATE TRIGGER message_no_update BEFORE UPDATE ON message
BEGIN
    SELECT RAISE(ABORT, 'append-only');
END;

CREATE TRIGGER message_no_delete BEFORE DELETE ON message
BEGIN
    SELECT RAISE(ABORT, 'append-only');
END;

CREATE TRIGGER message_event_no_update BEFORE UPDATE ON message_event
BEGIN
    SELECT RAISE(ABORT, 'append-only');
END;

CREATE TRIGGER message_event_no_delete BEFORE DELETE ON message_event
BEGIN
    SELECT RAISE(ABORT, 'append-only');
END;

CREATE TRIGGER request_tally_no_update BEFORE UPDATE ON request_tally
BEGIN
    SELECT RAISE(ABORT, 'append-only');
END;

CREATE TRIGGER request_tally_no_delete BEFORE DELETE ON request_tally
BEGIN
    SELECT RAISE(ABORT, 'append-only');
END;

CREATE TRIGGER reply_no_update BEFORE UPDATE ON reply
BEGIN
    SELECT RAISE(ABORT, 'append-only');
END;

CREATE TRIGGER reply_no_delete BEFORE DELETE ON reply
BEGIN
    SELECT RAISE(ABORT, 'append-only');
END;

CREATE TRIGGER reply_event_no_update BEFORE UPDATE ON reply_event
BEGIN
    SELECT RAISE(ABORT, 'append-only');
END;

CREATE TRIGGER reply_event_no_delete BEFORE DELETE ON reply_event
BEGIN
    SELECT RAISE(ABORT, 'append-only');
END;
