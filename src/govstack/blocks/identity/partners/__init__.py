"""Partners of identity: who may be given what, how they are told, and issuers elsewhere."""
