-- The tables of the small issuer that came first. Its clients are entered anew at each start, and its people were invented.
DROP TABLE authorisation_code;
DROP TABLE sign_in;
DROP TABLE person;
DROP TABLE client;
