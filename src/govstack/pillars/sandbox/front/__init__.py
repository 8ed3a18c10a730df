"""The sandbox's first pages: start, try a refused call, the live view."""
