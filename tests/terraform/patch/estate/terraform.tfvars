tfvars_type = "m5.8xlarge"
auto_type   = "c5.large"
