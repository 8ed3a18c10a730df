-- Append-only (MSG-01), with one way out: rows leave that stand in the file of an archive, and no others.

DROP TRIGGER message_request_no_delete;

DROP TRIGGER message_no_delete;

DROP TRIGGER message_event_no_delete;

DROP TRIGGER request_tally_no_delete;

DROP TRIGGER reply_no_delete;

DROP TRIGGER reply_event_no_delete;

CREATE TRIGGER message_request_no_delete BEFORE DELETE ON message_request
WHEN NOT EXISTS (SELECT 1 FROM archive_release WHERE id = OLD.id)
BEGIN
    SELECT RAISE(ABORT, 'append-only');
END;

CREATE TRIGGER message_no_delete BEFORE DELETE ON message
WHEN NOT EXISTS (SELECT 1 FROM archive_release WHERE id = OLD.request_id)
BEGIN
    SELECT RAISE(ABORT, 'append-only');
END;

CREATE TRIGGER message_event_no_delete BEFORE DELETE ON message_event
WHEN NOT EXISTS (SELECT 1 FROM archive_release WHERE id = OLD.message_id)
BEGIN
    SELECT RAISE(ABORT, 'append-only');
END;

CREATE TRIGGER request_tally_no_delete BEFORE DELETE ON request_tally
WHEN NOT EXISTS (SELECT 1 FROM archive_release WHERE id = OLD.request_id)
BEGIN
    SELECT RAISE(ABORT, 'append-only');
END;

CREATE TRIGGER reply_no_delete BEFORE DELETE ON reply
WHEN NOT EXISTS (SELECT 1 FROM archive_release WHERE id = OLD.request_id)
BEGIN
    SELECT RAISE(ABORT, 'append-only');
END;

CREATE TRIGGER reply_event_no_delete BEFORE DELETE ON reply_event
WHEN NOT EXISTS (SELECT 1 FROM archive_release WHERE id = OLD.reply_id)
BEGIN
    SELECT RAISE(ABORT, 'append-only');
END;

CREATE TRIGGER request_extension_no_delete BEFORE DELETE ON request_extension
WHEN NOT EXISTS (SELECT 1 FROM archive_release WHERE id = OLD.request_id)
BEGIN
    SELECT RAISE(ABORT, 'append-only');
END;

CREATE TRIGGER request_extension_no_update BEFORE UPDATE ON request_extension
BEGIN
    SELECT RAISE(ABORT, 'append-only');
END;
