"""Budgets: held against the bill, and told to whom they concern."""
