"""Items of knowledge: the cycle they go through, the gate before they are published, and how they are used."""
