"""Whom capacity development concerns: who they are, what moves them, what was promised, and who is responsible."""
