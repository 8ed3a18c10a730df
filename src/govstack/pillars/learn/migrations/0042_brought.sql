-- What of the product was brought here: how it was shipped, and what was kept of it then. What differs from that since is
-- the country's own.
CREATE TABLE brought (
    part TEXT NOT NULL,
    id TEXT NOT NULL,
    shipped TEXT NOT NULL,
    kept TEXT NOT NULL,
    PRIMARY KEY (part, id)
);
