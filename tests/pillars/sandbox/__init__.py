"""Tests of the sandbox pillar."""
