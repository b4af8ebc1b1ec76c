// the last word
auto_type = "c5.9xlarge"