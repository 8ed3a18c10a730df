"""Identity: a small OpenID Connect provider and OAuth 2.0 authorisation server."""
