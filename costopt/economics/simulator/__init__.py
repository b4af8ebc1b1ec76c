"""The provider's own settlement of commitments against hourly usage: the only source of reported dollars."""
