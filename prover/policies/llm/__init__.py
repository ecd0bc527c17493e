"""Language models from outside: prompts, answers, and the servers that run the models."""
