-- Until when somebody is at sending the one message about a request; whoever comes later knows that they died.
ALTER TABLE consent_request ADD COLUMN telling_until TEXT NOT NULL DEFAULT '';
