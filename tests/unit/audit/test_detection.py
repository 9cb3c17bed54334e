"""Detection: every service, every account, both Regions, led by the security account, built in AWS's order."""

import pytest

from components.audit.detection.guardduty_plans import PLANS, RUNTIME_AGENTS

from .recording import HOME, STANDBY, Estate, settings

MEMBERS = set(settings().catalogue.accounts) - {"security"}


@pytest.fixture(params=[HOME, STANDBY])
def region(request) -> str:
    return request.param


@pytest.fixture
def estate(region, home, standby) -> Estate:
    return {HOME: home, STANDBY: standby}[region]


class TestGuardDuty:
    def test_is_on_where_no_organization_setting_reaches(self, estate, region):
        detectors = estate.of("guardduty/detector:Detector")
        assert {(each.account, each.inputs["region"]) for each in detectors} == {
            ("security", region),
            ("management", region),
        }
        assert all(each.inputs["enable"] is True and each.protect for each in detectors)

    def test_every_plan_is_on_in_both_detectors_and_for_every_account(self, estate):
        own = estate.of("guardduty/detectorFeature:DetectorFeature")
        everyone = estate.of("guardduty/organizationConfigurationFeature:OrganizationConfigurationFeature")
        assert sorted(each.inputs["name"] for each in own) == sorted([*PLANS, *PLANS])
        assert {each.inputs["status"] for each in own} == {"ENABLED"}
        assert sorted(each.inputs["name"] for each in everyone) == sorted(PLANS)
        assert {each.inputs["autoEnable"] for each in everyone} == {"ALL"}

    def test_runtime_monitoring_installs_its_agents_itself(self, estate):
        (runtime,) = [
            each
            for each in estate.of(
                "guardduty/organizationConfigurationFeature:OrganizationConfigurationFeature"
            )
            if each.inputs["name"] == "RUNTIME_MONITORING"
        ]
        agents = [each["name"] for each in runtime.inputs["additionalConfigurations"]]
        assert agents == list(RUNTIME_AGENTS)

    def test_every_account_present_and_future_is_a_member(self, estate):
        members = estate.one("guardduty/organizationConfiguration:OrganizationConfiguration")
        assert members.inputs["autoEnableOrganizationMembers"] == "ALL"
        assert members.account == "security"

    def test_findings_are_exported_to_the_plain_bucket_after_it_admits_them(self, estate, region):
        export = estate.one("guardduty/publishingDestination:PublishingDestination")
        assert (
            export.inputs["destinationArn"] == f"arn:aws:s3:::payments-audit-delivery-123456789012-{region}"
        )
        assert "audit-logs-delivery-policy" in estate.waits_for(export)


class TestAppointment:
    TYPES = (
        "guardduty/organizationAdminAccount:OrganizationAdminAccount",
        "macie2/organizationAdminAccount:OrganizationAdminAccount",
        "inspector2/delegatedAdminAccount:DelegatedAdminAccount",
    )

    @pytest.mark.parametrize("type_", TYPES)
    def test_is_made_by_management_after_the_services_are_on_in_the_security_account(self, estate, type_):
        appointment = estate.one(type_)
        assert appointment.account == "management"
        assert {"audit-detection-security-detector", "audit-detection-security-macie"} <= estate.waits_for(
            appointment
        )

    @pytest.mark.parametrize(
        "type_",
        [
            "guardduty/organizationConfiguration:OrganizationConfiguration",
            "macie2/organizationConfiguration:OrganizationConfiguration",
            "inspector2/organizationConfiguration:OrganizationConfiguration",
        ],
    )
    def test_precedes_every_setting_for_the_organization(self, estate, type_):
        assert "audit-detection-appointment-guardduty" in estate.waits_for(estate.one(type_))


class TestMacie:
    def test_is_on_and_every_account_is_a_member_also_those_to_come(self, estate):
        assert {each.account for each in estate.of("macie2/account:Account")} == {"security", "management"}
        assert {each.inputs["status"] for each in estate.of("macie2/account:Account")} == {"ENABLED"}
        members = estate.of("macie2/member:Member")
        assert {each.name.removeprefix("audit-detection-macie-") for each in members} == MEMBERS
        assert (
            estate.one("macie2/organizationConfiguration:OrganizationConfiguration").inputs["autoEnable"]
            is True
        )

    def test_discovery_results_are_exported_under_the_audit_key(self, estate, region):
        export = estate.one(
            "macie2/classificationExportConfiguration:ClassificationExportConfiguration"
        ).inputs["s3Destination"]
        assert export["bucketName"] == f"payments-audit-delivery-123456789012-{region}"
        assert f":kms:{region}:" in export["kmsKeyArn"]


class TestInspector:
    def test_scans_machines_images_and_functions_of_every_account(self, estate):
        enablers = estate.of("inspector2/enabler:Enabler")
        assert sorted(len(each.inputs["accountIds"]) for each in enablers) == [1, len(MEMBERS)]
        for enabler in enablers:
            assert set(enabler.inputs["resourceTypes"]) == {"EC2", "ECR", "LAMBDA", "LAMBDA_CODE"}

    def test_members_are_associated_before_they_are_scanned(self, estate):
        members = estate.one("inspector2/enabler:Enabler", "members")
        associations = {each.name for each in estate.of("inspector2/memberAssociation:MemberAssociation")}
        assert len(associations) == len(MEMBERS)
        assert associations <= estate.waits_for(members)

    def test_accounts_to_come_are_scanned_too(self, estate):
        new = estate.one("inspector2/organizationConfiguration:OrganizationConfiguration")
        assert new.inputs["autoEnable"] == {"ec2": True, "ecr": True, "lambda": True, "lambdaCode": True}


class TestAccessAnalyzer:
    def test_outside_access_is_analysed_in_each_region(self, estate, region):
        external = estate.one("accessanalyzer/analyzer:Analyzer", "external")
        assert external.inputs["type"] == "ORGANIZATION"
        assert (external.account, external.inputs["region"]) == ("security", region)

    def test_unused_access_is_analysed_once_because_iam_is_global(self, home, standby):
        unused = home.one("accessanalyzer/analyzer:Analyzer", "unused")
        assert unused.inputs["type"] == "ORGANIZATION_UNUSED_ACCESS"
        assert unused.inputs["configuration"]["unusedAccess"]["unusedAccessAge"] <= 90
        assert len(standby.of("accessanalyzer/analyzer:Analyzer")) == 1


class TestSecurityHub:
    def test_both_standards_are_subscribed_in_each_region(self, estate, region):
        arns = {
            each.inputs["standardsArn"]
            for each in estate.of("securityhub/standardsSubscription:StandardsSubscription")
        }
        prefix = f"arn:aws:securityhub:{region}::standards"
        assert arns == {
            f"{prefix}/pci-dss/v/4.0.1",
            f"{prefix}/aws-foundational-security-best-practices/v/1.0.0",
        }

    def test_is_on_in_every_region_before_an_administrator_is_appointed(self, home):
        switches = home.of("securityhub/account:Account")
        assert {(each.account, each.inputs["region"]) for each in switches} == {
            (account, region) for account in ("security", "management") for region in (HOME, STANDBY)
        }
        appointment = home.one("securityhub/organizationAdminAccount:OrganizationAdminAccount")
        assert {each.name for each in switches} <= home.waits_for(appointment)

    def test_findings_of_the_standby_region_are_gathered_in_the_home_region(self, home):
        aggregator = home.one("securityhub/findingAggregator:FindingAggregator")
        assert aggregator.inputs["region"] == HOME
        assert aggregator.inputs["linkingMode"] == "SPECIFIED_REGIONS"
        assert aggregator.inputs["specifiedRegions"] == [STANDBY]

    def test_configuration_is_central_and_follows_the_aggregator(self, home):
        central = home.one("securityhub/organizationConfiguration:OrganizationConfiguration")
        assert central.inputs["organizationConfiguration"] == {"configurationType": "CENTRAL"}
        assert central.inputs["autoEnable"] is False
        assert central.inputs["autoEnableStandards"] == "NONE"
        assert "central-audit-hub-aggregator" in home.waits_for(central)

    def test_every_account_but_the_administrator_is_under_the_policy(self, home):
        policy = home.one("securityhub/configurationPolicy:ConfigurationPolicy").inputs["configurationPolicy"]
        associations = home.of("securityhub/configurationPolicyAssociation:ConfigurationPolicyAssociation")
        assert policy["serviceEnabled"] is True
        assert len(policy["enabledStandardArns"]) == 2
        assert policy["securityControlsConfiguration"]["disabledControlIdentifiers"] == []
        assert {each.name.removeprefix("central-audit-hub-") for each in associations} == MEMBERS
