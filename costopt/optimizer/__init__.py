"""The cheapest mix of sizes, purchase options and commitments that keeps its promises, with a proven bound."""
