"""The communities of the demo country, as they lived before the sandbox was filled."""
