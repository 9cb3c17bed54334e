"""Logs that cannot be altered, detection in every governed Region, and the alarms that say when either stops.

`RegionalAudit` is what each Region has; `CentralAudit` is what exists once and belongs to the home stack.
"""
