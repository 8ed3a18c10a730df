"""By what figures of people are split: what a country keeps of it, what people say of themselves, what is hidden."""
