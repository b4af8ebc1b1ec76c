variable "identifier" {
  description = "Name of the database."
  type        = string
}

variable "engine_version" {
  description = "Version of PostgreSQL."
  type        = string
  default     = "17.6"
}

variable "instance_class" {
  description = "Size of the machine."
  type        = string
  default     = "db.m6g.2xlarge"
}

variable "storage_gib" {
  description = "Storage in GiB."
  type        = number
}
