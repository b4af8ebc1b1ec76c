"""Budgets: what was spent against what was meant, what will be, what is out of the ordinary, whom to tell. Pure."""
