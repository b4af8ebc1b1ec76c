"""What demand may become, and what commitments cost if it does."""
