"""What surrounds every page of the registries: words, navigation, and the frame of one registry."""
