-- What happened to one kind of object, such as agreements, is found beside millions of revisions of records and people.
CREATE INDEX revision_of_kind ON revision (schema_name, at, id);
