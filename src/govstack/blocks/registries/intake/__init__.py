"""Taking the rows of an import into a registry: durable work that goes on where it stopped."""
