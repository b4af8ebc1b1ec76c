"""Budgets of the settings as those of the providers: what they can say of them, and what they cannot."""
