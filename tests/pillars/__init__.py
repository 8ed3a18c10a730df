"""Tests of the pillars."""
