-- Forms that were sent, so that one sent twice is done once; answers are sealed, because they hold personal data.
CREATE TABLE sent_form (
    name TEXT PRIMARY KEY,
    answer {{bytes}},
    at TEXT NOT NULL
);
CREATE INDEX sent_form_at ON sent_form (at);
