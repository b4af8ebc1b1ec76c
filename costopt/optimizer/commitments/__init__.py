"""Which commitments to buy: a portfolio, its simulated bill, and a proven bound."""
