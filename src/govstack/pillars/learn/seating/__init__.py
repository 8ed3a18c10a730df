"""Seats: who gets one under the quotas of a session or an event, and who moves up."""
