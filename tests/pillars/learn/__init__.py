"""Tests of GovLearn."""
