"""Issuers elsewhere: they are asked to produce a credential, and get its data with the request or fetch it once."""
