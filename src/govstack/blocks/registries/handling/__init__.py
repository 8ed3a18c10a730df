"""One record in the hands of an automation: looked at, mapped, and written or sent, with what became of it."""
