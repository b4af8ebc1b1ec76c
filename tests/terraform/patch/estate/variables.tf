variable "default_type" {
  type    = string
  default = "m5.2xlarge"
}

variable "tfvars_type" {
  type    = string
  default = "m5.large"
}

variable "auto_type" {
  type = string
}

variable "template_type" {
  type    = string
  default = "m5.4xlarge"
}

variable "shared_type" {
  type    = string
  default = "m5.xlarge"
}

variable "env" {
  type    = string
  default = "prod"

  validation {
    condition     = contains(["prod", "dev"], var.env)
    error_message = "env must be prod or dev."
  }
}
