-- Channels beside e-mail: texts to phones, and messages that people read here.

ALTER TABLE message_request ADD COLUMN channel TEXT NOT NULL DEFAULT 'email'
    CHECK (channel IN ('email', 'sms', 'in-app'));

-- Whoever answers a text is recognised by the keyed hash of the number it went to.
CREATE INDEX message_recipient ON message (recipient_hash, number);

-- The parts of a text that a provider has taken, under its own ids, and what it said later of each. Only added to.
CREATE TABLE message_part (
    number {{serial}},
    message_id TEXT NOT NULL REFERENCES message (id),
    part INTEGER NOT NULL CHECK (part > 0),
    parts INTEGER NOT NULL CHECK (parts >= part),
    provider TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX message_part_message ON message_part (message_id);
CREATE INDEX message_part_provider ON message_part (provider, provider_id);
CREATE TABLE part_receipt (
    message_id TEXT NOT NULL REFERENCES message (id),
    part INTEGER NOT NULL,
    fate TEXT NOT NULL CHECK (fate IN ('delivered', 'rejected', 'expired')),
    at TEXT NOT NULL,
    PRIMARY KEY (message_id, part)
);

-- Texts that a provider has taken, until when its receipt is waited for.
CREATE TABLE awaited (
    message_id TEXT PRIMARY KEY,
    until TEXT NOT NULL
);
CREATE INDEX awaited_until ON awaited (until);

-- What a network brought, sealed, until it was looked at.
CREATE TABLE brought (
    id TEXT PRIMARY KEY,
    provider TEXT NOT NULL,
    sealed {{bytes}} NOT NULL,
    at TEXT NOT NULL
);

-- Texts in the sandbox lie in the box of a number: a keyed hash of it. Mail lies in none.
ALTER TABLE inbox_mail ADD COLUMN box TEXT NOT NULL DEFAULT '';
CREATE INDEX inbox_mail_box ON inbox_mail (box, number);
