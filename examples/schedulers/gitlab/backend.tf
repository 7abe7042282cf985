# The state is GitLab's own: .gitlab-ci.yml says where, in the variables TF_HTTP_.
terraform {
  backend "http" {}
}
