"""From a snapshot, a bill or a file of workloads to what the optimizer takes, and back to a plan."""
