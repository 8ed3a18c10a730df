"""What a client system can find out about a registry: its schema, its services, its OpenAPI document."""
