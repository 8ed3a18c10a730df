"""The live OpenAPI document of each version, laid out for reading."""
