"""Documents that courses keep beside statements: state, and profiles of activities and agents."""
