"""Security Hub's central configuration: policies, and what they apply to.

Source: `aws_securityhub_configuration_policy*` of terraform-provider-aws.
"""

from typing import Any

from localcloud.provider.model import AutoName, Call, Change, Op, ResourceType
from localcloud.provider.translate import to_api
from localcloud.provider.types.securityhub import NO_HUB
from localcloud.provider.wire import Props

#: kinds of a control's custom parameter: property to member of the API
KINDS = {
    "bool": "Boolean",
    "double": "Double",
    "enum": "Enum",
    "enumList": "EnumList",
    "int": "Integer",
    "intList": "IntegerList",
    "string": "String",
    "stringList": "StringList",
}
CONTROLS = {
    "disabledControlIdentifiers": "DisabledSecurityControlIdentifiers",
    "enabledControlIdentifiers": "EnabledSecurityControlIdentifiers",
}


def _wanted(call: Call) -> Props:
    policy = call.inputs["configurationPolicy"]
    hub: Props = {"ServiceEnabled": policy["serviceEnabled"]}
    if policy["serviceEnabled"]:
        hub["EnabledStandardIdentifiers"] = list(policy.get("enabledStandardArns") or [])
        hub["SecurityControlsConfiguration"] = _controls(policy.get("securityControlsConfiguration") or {})
    shape = call.parameters("create_configuration_policy")["ConfigurationPolicy"]
    return {"SecurityHub": to_api({"SecurityHub": hub}, shape)["SecurityHub"]}


def _controls(wanted: Props) -> Props:
    controls: Props = {theirs: list(wanted[ours]) for ours, theirs in CONTROLS.items() if ours in wanted}
    custom = wanted.get("securityControlCustomParameters") or []
    if custom:
        controls["SecurityControlCustomParameters"] = [
            {"SecurityControlId": each["securityControlId"], "Parameters": _parameters(each["parameters"])}
            for each in custom
        ]
    return controls


def _parameters(wanted: list[Props]) -> Props:
    made: Props = {}
    for each in wanted:
        made[each["name"]] = {"ValueType": each["valueType"]}
        for ours, theirs in KINDS.items():
            if ours in each:
                made[each["name"]]["Value"] = {theirs: each[ours].get("value", each[ours].get("values"))}
    return made


def _policy(call: Call) -> Props:
    found = call.api("get_configuration_policy", Identifier=call.id)
    hub = found["ConfigurationPolicy"]["SecurityHub"]
    shown: Props = {"serviceEnabled": hub.get("ServiceEnabled", False)}
    if hub.get("EnabledStandardIdentifiers") is not None:
        shown["enabledStandardArns"] = hub["EnabledStandardIdentifiers"]
    controls = hub.get("SecurityControlsConfiguration")
    if controls is not None:
        shown["securityControlsConfiguration"] = _shown_controls(controls)
    return {
        "arn": found["Arn"],
        "name": found["Name"],
        "description": found.get("Description"),
        "configurationPolicy": shown,
    }


def _shown_controls(controls: Props) -> Props:
    shown: Props = {ours: controls[theirs] for ours, theirs in CONTROLS.items() if theirs in controls}
    custom = controls.get("SecurityControlCustomParameters") or []
    if custom:
        shown["securityControlCustomParameters"] = [
            {
                "securityControlId": each["SecurityControlId"],
                "parameters": [_shown_parameter(name, value) for name, value in each["Parameters"].items()],
            }
            for each in custom
        ]
    return shown


def _shown_parameter(name: str, found: Props) -> Props:
    shown: Props = {"name": name, "valueType": found["ValueType"]}
    for ours, theirs in KINDS.items():
        value: Any = (found.get("Value") or {}).get(theirs)
        if value is not None:
            shown[ours] = {"values" if ours.endswith("List") else "value": value}
    return shown


def _create_policy(call: Call) -> str:
    made: str = call.api(
        "create_configuration_policy",
        Name=call.inputs["name"],
        Description=call.inputs.get("description"),
        ConfigurationPolicy=_wanted(call),
    )["Id"]
    return made


def _update_policy(call: Call) -> None:
    call.api(
        "update_configuration_policy",
        Identifier=call.id,
        Name=call.inputs["name"],
        Description=call.inputs.get("description"),
        ConfigurationPolicy=_wanted(call),
    )


CONFIGURATION_POLICY = ResourceType(
    token="aws:securityhub/configurationPolicy:ConfigurationPolicy",
    service="securityhub",
    create=_create_policy,
    read=_policy,
    delete=Op("delete_configuration_policy", key={"Identifier": "id"}),
    changes=(Change(("name", "description", "configurationPolicy"), _update_policy),),
    kept=frozenset({"description"}),  # the API takes no empty description, so it cannot be taken back
    auto_name=AutoName(prefix=None, limit=128),
    gone=NO_HUB,
    unordered=frozenset(
        {
            "configurationPolicy.enabledStandardArns",
            "configurationPolicy.securityControlsConfiguration.disabledControlIdentifiers",
            "configurationPolicy.securityControlsConfiguration.enabledControlIdentifiers",
            "configurationPolicy.securityControlsConfiguration.securityControlCustomParameters",
            "configurationPolicy.securityControlsConfiguration.securityControlCustomParameters.parameters",
        }
    ),
)


def _target(target: str) -> Props:
    """An account, an organizational unit or the root, told apart by the form of the id."""
    if target.startswith("r-"):
        return {"RootId": target}
    return {"OrganizationalUnitId": target} if target.startswith("ou-") else {"AccountId": target}


def _associate(call: Call) -> Props:
    call.api(
        "start_configuration_policy_association",
        ConfigurationPolicyIdentifier=call.inputs["policyId"],
        Target=_target(call.inputs["targetId"]),
    )
    return {}


def _association(call: Call) -> Props:
    found = call.api("get_configuration_policy_association", Target=_target(call.id))
    return {"policyId": found["ConfigurationPolicyId"]}


def _disassociate(call: Call) -> None:
    call.api(
        "start_configuration_policy_disassociation",
        ConfigurationPolicyIdentifier=call.state["policyId"],
        Target=_target(call.id),
    )


CONFIGURATION_POLICY_ASSOCIATION = ResourceType(
    token="aws:securityhub/configurationPolicyAssociation:ConfigurationPolicyAssociation",
    service="securityhub",
    create=_associate,
    read=_association,
    delete=_disassociate,
    changes=(Change(("policyId",), _associate),),
    id_parts=("targetId",),
    replace=frozenset({"targetId"}),
    gone=NO_HUB,
)

TYPES = [CONFIGURATION_POLICY, CONFIGURATION_POLICY_ASSOCIATION]
