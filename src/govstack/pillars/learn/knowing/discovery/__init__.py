"""Digital public goods that are nominated for building blocks, and words whose meaning is agreed on."""
