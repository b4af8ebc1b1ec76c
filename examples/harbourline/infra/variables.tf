variable "region" {
  description = "Region of everything at AWS."
  type        = string
  default     = "us-east-1"
}

variable "batch_instance_type" {
  description = "Size of the machine that prints labels."
  type        = string
}

variable "database_tier" {
  description = "Size of the shop's databases at Google."
  type        = string
}

variable "tier" {
  description = "Stage that this root is applied for."
  type        = string
  default     = "prod"
}
