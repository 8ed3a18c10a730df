"""A grid of numbers as a picture of its own, to be put into a report: SVG and PNG."""
