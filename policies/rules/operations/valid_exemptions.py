"""OPS-04: every exemption is known, owned, reasoned, in date, and of a policy that admits one."""

from policies.framework.context import Context
from policies.framework.exemptions import exemptions
from policies.framework.graph import Stack
from policies.framework.resources import PROVIDER_TYPE
from policies.framework.results import Fail, Pass
from policies.framework.rule import Results, stack_rule


@stack_rule("OPS-04", PROVIDER_TYPE)
def rule(stack: Stack, context: Context) -> Results:
    held = exemptions()
    for fault in held.faults_for(stack.name, frozenset(stack.by_urn), context.today):
        yield Fail(f"policies/exemptions.yaml {fault.label}", fault.key, fault.found, fault.expected)
    yield Pass(stack.name)
