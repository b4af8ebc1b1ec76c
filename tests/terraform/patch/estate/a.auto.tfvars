auto_type = "c5.xlarge"
