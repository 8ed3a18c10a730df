"""What a registry is made of: fields, their rules, links and triggers."""
