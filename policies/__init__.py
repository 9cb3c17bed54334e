"""The policies that refuse, at preview, a change that would lower the compliance or reliability posture.

`catalogue.yaml` says what each policy demands and why; `rules/` decides, one pure function per file;
`framework/` turns rules into a genuine Pulumi policy pack; each pack directory only names a list.
"""
