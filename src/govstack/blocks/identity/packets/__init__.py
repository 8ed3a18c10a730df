"""Packets of an enrolment: who signed them, how they are opened, what stands in them, how they come together."""
