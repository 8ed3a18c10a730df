"""GovStack: building blocks and adoption pillars for digital government."""

__version__ = "0.1.0"
