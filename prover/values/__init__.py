"""Value functions and step scorers: estimates of the cost-to-go."""
