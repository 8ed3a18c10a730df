"""The change log of registries: every change of every record, in a chain that shows tampering."""
