"""Pages of automations: a list, a form in steps, what would happen to a record, and results."""
