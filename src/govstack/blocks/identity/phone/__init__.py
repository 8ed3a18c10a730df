"""A phone to try in the sandbox: it reads a link code, shows who asks for what, and lets an invented person confirm."""
