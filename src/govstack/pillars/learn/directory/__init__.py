"""Who works where, as a training unit enters it: pages of people and organisations, and files of them."""
