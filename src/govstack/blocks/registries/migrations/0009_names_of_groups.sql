-- What a group is called in other languages: a JSON object of names by code of language. The text is as it was given.
ALTER TABLE access_group ADD COLUMN names TEXT NOT NULL DEFAULT '{}';
