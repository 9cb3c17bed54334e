"""AWS managed policies in every account, cheaply: moto parses three megabytes of JSON for each account and each of
eight partitions; here it is parsed once, and only the partition `aws` gets them."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from moto.iam import models as iam
from moto.iam.aws_managed_policies import aws_managed_policies_data

from localcloud.aws.patching import replace


@cache
def _catalogue() -> dict[str, Any]:
    return dict(json.loads(aws_managed_policies_data))


def install() -> None:
    """Replace moto's loader."""

    def load(self: Any) -> list[Any]:
        if self.partition != "aws":
            return []
        return [
            iam.AWSManagedPolicy.from_data(name, self.account_id, self.region_name, data)
            for name, data in _catalogue().items()
        ]

    replace(iam.IAMBackend, _init_aws_policies=load)
