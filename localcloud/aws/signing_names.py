"""Data: signing names that differ from botocore's service name.

Source: `signingName` and `endpointPrefix` in botocore's service models (1.44).
A value is a list of candidates; the one whose model knows the requested operation is taken.
"""

SERVICES: dict[str, list[str]] = {
    "sso": ["sso-admin"],
    "monitoring": ["cloudwatch"],
    "states": ["stepfunctions"],
    "elasticloadbalancing": ["elbv2", "elb"],
    "email": ["ses"],
    "apigateway": ["apigatewayv2", "apigateway"],
    "s3": ["s3", "s3control"],
    "s3express": ["s3"],
    "es": ["opensearch", "es"],
    "execute-api": ["apigatewaymanagementapi"],
    "app-integrations": ["appintegrations"],
    "access-analyzer": ["accessanalyzer"],
    "ses": ["sesv2", "ses"],
    "dynamodb": ["dynamodb", "dynamodbstreams"],
    "tagging": ["resourcegroupstaggingapi"],
    "aps": ["amp"],
    "elasticfilesystem": ["efs"],
    "payment-cryptography": ["payment-cryptography", "payment-cryptography-data"],
    "oidc": ["sso-oidc"],
    "aoss": ["opensearchserverless"],
    "airflow": ["mwaa"],
    "elasticmapreduce": ["emr"],
    "kinesisanalytics": ["kinesisanalyticsv2", "kinesisanalytics"],
    "mobiletargeting": ["pinpoint"],
    "servicequotas": ["service-quotas"],
}
