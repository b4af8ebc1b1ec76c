"""Which size and type each workload runs on: alone, under limits that couple workloads, and with commitments."""
