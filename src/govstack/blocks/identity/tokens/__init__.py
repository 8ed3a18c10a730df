"""What is given for an authorisation code or for proving to be an application: tokens, and the claims behind them."""
