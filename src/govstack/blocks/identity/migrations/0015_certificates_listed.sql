-- Administrators list the few certificates that belong to no wallet.
CREATE INDEX certificate_listed ON certificate (serial) WHERE kind <> 'wallet';
