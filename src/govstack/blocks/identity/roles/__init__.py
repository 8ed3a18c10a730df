"""Roles of people who work for the state: a country says what each may do, administrators give and take them."""
