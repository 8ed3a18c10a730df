"""The published Database API and the spelling of its published clients."""
