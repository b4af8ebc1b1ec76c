locals {
  sizes = {
    single = "c5.4xlarge"
  }
  fleet = {
    api    = { type = "c5.2xlarge", disk = 10 }
    worker = { type = "c5.4xlarge", disk = 20 }
  }
  by_key    = { a = "m5.xlarge", "b" = "m5.2xlarge" }
  list      = ["r5.xlarge", "r5.2xlarge"]
  pools     = { blue = "m5.xlarge", green = "m5.2xlarge" }
  size_name = "xlarge"
}
