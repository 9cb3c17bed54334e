"""What AWS would answer: plausible ids and outputs for the types whose outputs the program reads."""

import hashlib
from typing import Any

from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs, Mocks

GLOBAL_IDS = {
    "aws:organizations/organization:Organization": "o-exampleorg",
    "aws:ec2/defaultVpc:DefaultVpc": "vpc-1",
}


class ProgramMocks(Mocks):
    """Answers as AWS would; a stack reference answers with the given outputs."""

    def __init__(self, referenced: dict[str, Any]) -> None:
        self._referenced = referenced

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        if args.typ == "pulumi:pulumi:StackReference":
            return args.name, {"name": args.name, "outputs": self._referenced, "secretOutputNames": []}
        outputs = {"arn": f"arn:aws:{args.typ.split(':')[1].split('/')[0]}:::{args.name}", **args.inputs}
        if args.typ == "aws:organizations/organization:Organization":
            outputs["roots"] = [{"id": "r-root", "arn": "arn:aws:organizations:::root"}]
        if args.typ == "aws:organizations/account:Account":
            return account_id(args.name), outputs
        return GLOBAL_IDS.get(args.typ, f"{args.name}-id"), outputs

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        if args.token == "aws:ssoadmin/getInstances:getInstances":
            return {"arns": ["arn:aws:sso:::instance/ssoins-1"], "identityStoreIds": ["d-1"], "id": "one"}, []
        return {}, []


def account_id(name: str) -> str:
    """A stable 12-digit id per account name."""
    return str(int(hashlib.sha256(name.encode()).hexdigest(), 16))[:12]
