"""The `aws` resource provider that speaks to the emulated AWS.

It owns the translation between Pulumi's `aws:*` resources and AWS API calls, served as a genuine
`pulumirpc.ResourceProvider`: the embedded engine and the Pulumi CLI
(`PULUMI_DEBUG_PROVIDERS=aws:PORT`) use the same process. It never talks to the real AWS: there is no
default endpoint, and an endpoint under amazonaws.com is refused.

    servicer.py    gRPC methods, one provider instance per connection
    checking.py    Check        ┐
    reading.py     Read         │ of any resource, driven by a row of the table
    lifecycle.py   the rest     ┘
    model.py       what a row is; types/ holds the rows, one file per AWS service
    op.py call.py  what rows are written with
"""
