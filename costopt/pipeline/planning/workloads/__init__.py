"""The question that a file of workloads poses, kind by kind."""
