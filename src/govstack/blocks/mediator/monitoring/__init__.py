"""How the exchange and its machines do: statistics, operational data, environment."""
