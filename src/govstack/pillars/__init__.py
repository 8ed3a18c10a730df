"""The pillars around the blocks; they reach blocks over HTTP, through the mediator."""
