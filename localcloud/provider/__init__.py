"""The `aws` resource provider that speaks to the emulated AWS.

It owns the translation between Pulumi's `aws:*` resources and AWS API calls, served as a genuine
`pulumirpc.ResourceProvider`: the embedded engine and the Pulumi CLI
(`PULUMI_DEBUG_PROVIDERS=aws:PORT`) use the same process. It never talks to the real AWS: there is no
default endpoint, and an endpoint under amazonaws.com is refused.

    servicer.py    gRPC methods, one provider instance per connection
    lifecycle.py   Check, Diff, Create, Read, Update, Delete of any resource, driven by a table row
    model.py       what a table row is; types/ holds the rows, one file per AWS service
"""
