"""Customer-managed KMS keys: who may administer each, who may use each, and their standby-Region replicas."""
