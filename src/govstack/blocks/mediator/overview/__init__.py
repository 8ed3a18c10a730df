"""The first page: how this mediator is doing, and what waits for somebody."""
