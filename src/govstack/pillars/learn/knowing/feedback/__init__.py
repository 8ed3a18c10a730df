"""Policy feedback: insights go to policy documents, responses come back, and everybody can follow the trace."""
