"""`python -m govstack`: the command line, wherever the package is installed."""

from govstack.cli import main

main()
