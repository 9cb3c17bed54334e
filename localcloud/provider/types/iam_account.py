"""IAM settings of a whole account, and the identity providers it trusts."""

from localcloud.provider.model import Call, Change, Op, ResourceType, TagApi
from localcloud.provider.wire import Props

# -- password policy

_PASSWORD_RULES = (
    "allowUsersToChangePassword",
    "hardExpiry",
    "maxPasswordAge",
    "minimumPasswordLength",
    "passwordReusePrevention",
    "requireLowercaseCharacters",
    "requireNumbers",
    "requireSymbols",
    "requireUppercaseCharacters",
)


def _put_password_policy(call: Call) -> str:
    Op("update_account_password_policy", only=_PASSWORD_RULES).send(call, _PASSWORD_RULES)
    return "iam-account-password-policy"


PASSWORD_POLICY = ResourceType(
    "aws:iam/accountPasswordPolicy:AccountPasswordPolicy",
    "iam",
    create=_put_password_policy,
    read=Op("get_account_password_policy", answer="PasswordPolicy"),
    delete=Op("delete_account_password_policy"),
    changes=(Change(_PASSWORD_RULES, _put_password_policy),),
    defaults={"allowUsersToChangePassword": True, "minimumPasswordLength": 6},
    kept=frozenset(_PASSWORD_RULES[1:3] + _PASSWORD_RULES[4:]),
    checked_by=("update_account_password_policy",),
)


# -- OpenID Connect


def _read_oidc(call: Call) -> Props:
    answer = call.api("get_open_id_connect_provider", OpenIDConnectProviderArn=call.id)
    found = call.properties(answer)
    found.setdefault("tags", {})
    written = str(call.recorded.get("url") or "")
    bare = answer["Url"].removeprefix("https://")
    found["url"] = written if written.removeprefix("https://") == bare else f"https://{bare}"
    return found


def _thumbprints(call: Call) -> None:
    call.api(
        "update_open_id_connect_provider_thumbprint",
        OpenIDConnectProviderArn=call.id,
        ThumbprintList=call.inputs.get("thumbprintLists") or [],
    )


def _clients(call: Call) -> None:
    wanted, before = set(call.inputs["clientIdLists"]), set(call.old.get("clientIdLists") or [])
    for client in sorted(wanted - before):
        call.api(
            "add_client_id_to_open_id_connect_provider", OpenIDConnectProviderArn=call.id, ClientID=client
        )
    for client in sorted(before - wanted):
        call.api(
            "remove_client_id_from_open_id_connect_provider",
            OpenIDConnectProviderArn=call.id,
            ClientID=client,
        )


OIDC_PROVIDER = ResourceType(
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    "iam",
    create=Op("create_open_id_connect_provider"),
    read=_read_oidc,
    delete=Op("delete_open_id_connect_provider"),
    changes=(Change(("thumbprintLists",), _thumbprints), Change(("clientIdLists",), _clients)),
    id_parts=("arn",),
    names={"arn": "OpenIDConnectProviderArn"},
    replace=frozenset({"url"}),
    kept=frozenset({"thumbprintLists"}),
    unordered=frozenset({"clientIdLists", "thumbprintLists"}),
    tags=TagApi(
        "tag_open_id_connect_provider",
        "untag_open_id_connect_provider",
        key={"OpenIDConnectProviderArn": "id"},
    ),
)


# -- central root access

_FEATURES = {
    "RootCredentialsManagement": "organizations_root_credentials_management",
    "RootSessions": "organizations_root_sessions",
}


def _set_features(call: Call) -> str:
    wanted = set(call.inputs["enabledFeatures"])
    before = set(call.api("list_organizations_features").get("EnabledFeatures") or [])
    for feature, operation in _FEATURES.items():
        if feature in wanted - before:
            call.api(f"enable_{operation}")
        elif feature in before - wanted:
            call.api(f"disable_{operation}")
    return str(call.api("list_organizations_features")["OrganizationId"])


def _read_features(call: Call) -> Props | None:
    enabled = call.api("list_organizations_features").get("EnabledFeatures")
    return {"enabledFeatures": enabled} if enabled else None


def _drop_features(call: Call) -> None:
    for feature in call.api("list_organizations_features").get("EnabledFeatures") or []:
        call.api(f"disable_{_FEATURES[feature]}")


def _valid_features(inputs: Props) -> list[tuple[str, str]]:
    given = inputs.get("enabledFeatures")
    unknown = [item for item in given if isinstance(item, str) and item not in _FEATURES] if given else []
    return [("enabledFeatures", f'expected one of {sorted(_FEATURES)}, got "{item}"') for item in unknown]


ORGANIZATIONS_FEATURES = ResourceType(
    "aws:iam/organizationsFeatures:OrganizationsFeatures",
    "iam",
    create=_set_features,
    read=_read_features,
    delete=_drop_features,
    changes=(Change(("enabledFeatures",), _set_features),),
    unordered=frozenset({"enabledFeatures"}),
    check=_valid_features,
)

TYPES = [PASSWORD_POLICY, OIDC_PROVIDER, ORGANIZATIONS_FEATURES]
