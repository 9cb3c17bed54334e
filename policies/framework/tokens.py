"""Type tokens of pulumi_aws 7.51.1 that rules read. Deprecated spellings stand beside the current ones: a rule
that knew only the current one could be passed by using the old."""

from typing import Final

TRAIL: Final = "aws:cloudtrail/trail:Trail"
LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"

BUCKETS: Final = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
BUCKET_POLICIES: Final = ("aws:s3/bucketPolicy:BucketPolicy",)
BUCKET_LOCKS: Final = (
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2",
)
BUCKET_VERSIONINGS: Final = (
    "aws:s3/bucketVersioning:BucketVersioning",
    "aws:s3/bucketVersioningV2:BucketVersioningV2",
)
BUCKET_ENCRYPTIONS: Final = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
)
BUCKET_LOGGINGS: Final = ("aws:s3/bucketLogging:BucketLogging", "aws:s3/bucketLoggingV2:BucketLoggingV2")
BUCKET_OWNERSHIPS: Final = ("aws:s3/bucketOwnershipControls:BucketOwnershipControls",)
BUCKET_PRIVACIES: Final = ("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",)

KEY: Final = "aws:kms/key:Key"
REPLICA_KEY: Final = "aws:kms/replicaKey:ReplicaKey"
KEY_POLICY: Final = "aws:kms/keyPolicy:KeyPolicy"
KEY_ALIAS: Final = "aws:kms/alias:Alias"

RECORDER: Final = "aws:cfg/recorder:Recorder"
RECORDER_STATUS: Final = "aws:cfg/recorderStatus:RecorderStatus"
DELIVERY_CHANNEL: Final = "aws:cfg/deliveryChannel:DeliveryChannel"
AGGREGATOR: Final = "aws:cfg/configurationAggregator:ConfigurationAggregator"

DETECTOR: Final = "aws:guardduty/detector:Detector"
DETECTOR_FEATURE: Final = "aws:guardduty/detectorFeature:DetectorFeature"
GUARDDUTY_ORGANIZATION: Final = "aws:guardduty/organizationConfiguration:OrganizationConfiguration"
GUARDDUTY_ORGANIZATION_FEATURE: Final = (
    "aws:guardduty/organizationConfigurationFeature:OrganizationConfigurationFeature"
)
MACIE: Final = "aws:macie2/account:Account"
MACIE_ORGANIZATION: Final = "aws:macie2/organizationConfiguration:OrganizationConfiguration"
ANALYZER: Final = "aws:accessanalyzer/analyzer:Analyzer"
SECURITY_HUB: Final = "aws:securityhub/account:Account"
SECURITY_HUB_STANDARD: Final = "aws:securityhub/standardsSubscription:StandardsSubscription"
SECURITY_HUB_AGGREGATOR: Final = "aws:securityhub/findingAggregator:FindingAggregator"
SECURITY_HUB_POLICY: Final = "aws:securityhub/configurationPolicy:ConfigurationPolicy"
SECURITY_HUB_ORGANIZATION: Final = "aws:securityhub/organizationConfiguration:OrganizationConfiguration"
INSPECTOR: Final = "aws:inspector2/enabler:Enabler"
INSPECTOR_ORGANIZATION: Final = "aws:inspector2/organizationConfiguration:OrganizationConfiguration"
EVENT_RULE: Final = "aws:cloudwatch/eventRule:EventRule"
EVENT_TARGET: Final = "aws:cloudwatch/eventTarget:EventTarget"

ORGANIZATION: Final = "aws:organizations/organization:Organization"
UNIT: Final = "aws:organizations/organizationalUnit:OrganizationalUnit"
ACCOUNT: Final = "aws:organizations/account:Account"
ORGANIZATION_POLICY: Final = "aws:organizations/policy:Policy"
POLICY_ATTACHMENT: Final = "aws:organizations/policyAttachment:PolicyAttachment"
DELEGATED_ADMINISTRATOR: Final = "aws:organizations/delegatedAdministrator:DelegatedAdministrator"
SERVICE_ADMINISTRATORS: Final = {
    "aws:guardduty/organizationAdminAccount:OrganizationAdminAccount": "adminAccountId",
    "aws:macie2/organizationAdminAccount:OrganizationAdminAccount": "adminAccountId",
    "aws:securityhub/organizationAdminAccount:OrganizationAdminAccount": "adminAccountId",
    "aws:inspector2/delegatedAdminAccount:DelegatedAdminAccount": "accountId",
    "aws:cloudtrail/organizationDelegatedAdminAccount:OrganizationDelegatedAdminAccount": "accountId",
    DELEGATED_ADMINISTRATOR: "accountId",
}
"""Types that make an account the administrator of a service → the property that names the account."""

USER: Final = "aws:iam/user:User"
ACCESS_KEY: Final = "aws:iam/accessKey:AccessKey"
LOGIN_PROFILE: Final = "aws:iam/userLoginProfile:UserLoginProfile"
SERVICE_CREDENTIAL: Final = "aws:iam/serviceSpecificCredential:ServiceSpecificCredential"
ROLE: Final = "aws:iam/role:Role"
IAM_POLICY: Final = "aws:iam/policy:Policy"
ROLE_POLICY: Final = "aws:iam/rolePolicy:RolePolicy"
GROUP_POLICY: Final = "aws:iam/groupPolicy:GroupPolicy"
USER_POLICY: Final = "aws:iam/userPolicy:UserPolicy"
ROLE_POLICY_ATTACHMENT: Final = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
GROUP_POLICY_ATTACHMENT: Final = "aws:iam/groupPolicyAttachment:GroupPolicyAttachment"
USER_POLICY_ATTACHMENT: Final = "aws:iam/userPolicyAttachment:UserPolicyAttachment"
POLICY_ATTACHMENT_LIST: Final = "aws:iam/policyAttachment:PolicyAttachment"
PERMISSION_SET: Final = "aws:ssoadmin/permissionSet:PermissionSet"
PERMISSION_SET_POLICY: Final = "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment"
PERMISSION_SET_INLINE: Final = "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy"
PERMISSION_SET_BOUNDARY: Final = "aws:ssoadmin/permissionsBoundaryAttachment:PermissionsBoundaryAttachment"

STATE_MACHINE: Final = "aws:sfn/stateMachine:StateMachine"
CLUSTER: Final = "aws:rds/cluster:Cluster"
GLOBAL_CLUSTER: Final = "aws:rds/globalCluster:GlobalCluster"
TABLE: Final = "aws:dynamodb/table:Table"
GLOBAL_TABLE: Final = "aws:dynamodb/globalTable:GlobalTable"
DSQL_CLUSTER: Final = "aws:dsql/cluster:Cluster"
