"""Tests of the digital registries."""
