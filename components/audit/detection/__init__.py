"""Detection services, one file each.

Order on AWS: what leads must be on before it is appointed (appointing an account switches the service on there, and
creating it afterwards fails), and it must be appointed before it may configure the organization. So
`AccountDetection` → `DelegatedAdministration` → the organization components.
"""
