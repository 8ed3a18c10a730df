-- A session names the currency of its costs; those written before it was named are in the one that was meant then.
UPDATE course_session SET document = '{"currency":"USD",' || substr(document, 2)
WHERE document NOT LIKE '%"currency":"%';
