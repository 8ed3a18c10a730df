"""Acts on whole registries and versions."""
