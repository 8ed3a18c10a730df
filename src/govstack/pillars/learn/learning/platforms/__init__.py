"""Tools of others, opened with a signed message by LTI 1.3: this pillar is the platform."""
