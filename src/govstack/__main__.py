"""`govstack` and `python -m govstack`: the command line, wherever the package is installed."""

from __future__ import annotations

import gc


def main() -> None:
    """Load the command line and run it. What is loaded stays: looking through it for garbage would only cost time."""
    gc.disable()
    from govstack.cli import main as run

    gc.freeze()
    gc.enable()
    run()


if __name__ == "__main__":
    main()
