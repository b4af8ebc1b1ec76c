"""What was told and to whom, kept between runs: one document behind a compare-and-swap, one file a place."""
