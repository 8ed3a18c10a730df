"""The next version of an instrument written by hand: a draft that pages edit part by part until it is complete."""
