"""SQS: the redrive allow policy, which moto 5.2.5 accepts and then forgets."""

from __future__ import annotations

from typing import Any

from moto.sqs import models as sqs

from localcloud.aws.patching import replace

_NAME = "RedriveAllowPolicy"


def install() -> None:
    """Keep the attribute and return it when it is asked for."""
    read, known = sqs.SQSBackend.get_queue_attributes, sqs.Queue.BASE_ATTRIBUTES

    def get_queue_attributes(self: Any, queue_name: str, attribute_names: list[str]) -> dict[str, Any]:
        wanted = [name for name in attribute_names if name != _NAME]
        answer: dict[str, Any] = read(self, queue_name, wanted) if wanted or not attribute_names else {}
        value = getattr(self.get_queue(queue_name), "redrive_allow_policy", None)
        if value and (_NAME in attribute_names or "All" in attribute_names):
            answer[_NAME] = value
        return answer

    if _NAME not in known:
        replace(sqs.SQSBackend, get_queue_attributes=get_queue_attributes)
