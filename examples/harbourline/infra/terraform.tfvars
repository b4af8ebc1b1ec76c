# Measured in spring, when the night run still took four hours.
batch_instance_type = "m6g.4xlarge"
database_tier       = "db-custom-8-32768"
