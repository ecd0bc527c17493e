"""The page of the service: its files, and what only it asks for."""
