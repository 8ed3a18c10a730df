-- What readers say about a page of the playbook. Name, address and text are sealed; the sender sees what becomes of it by a
-- link whose secret is kept as a digest alone, and can have all of it erased.
CREATE TABLE playbook_ticket (
    id TEXT PRIMARY KEY,
    version TEXT NOT NULL,
    page TEXT NOT NULL,
    language TEXT NOT NULL,
    said_sealed {{bytes}},
    state TEXT NOT NULL CHECK (state IN ('new', 'taken', 'done', 'declined', 'erased')),
    answer TEXT NOT NULL,
    secret_digest TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE INDEX playbook_ticket_state ON playbook_ticket (state, id);
