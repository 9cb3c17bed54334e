"""From a catalogue entry and its rule to a genuine Pulumi policy.

Owns: metadata (severity, framework, tags, remediation, link), exemptions, the answer to unknowns (advisory and
counted), and the promise that a rule which fails to run refuses instead of letting pass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyComplianceFramework,
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, UnknownValueError

from policies.framework import messages
from policies.framework.catalogue import PCI_DSS, PCI_DSS_VERSION, Entry
from policies.framework.context import Context, context_for, stack_of
from policies.framework.coverage import Coverage
from policies.framework.exemptions import exemptions
from policies.framework.inputs import Inputs
from policies.framework.results import Fail, NotApplicable, Result, Undecided
from policies.framework.rule import ResourceRule, Rule, rule_of
from policies.framework.settings import tunables
from policies.framework.views import resource_view, stack_view

HANDBOOK: Final = "docs/control-matrix.md"


class NotDecided(UnknownValueError):  # noqa: N818 - a state of the preview, not an error
    """Tells the SDK to report an advisory line instead of a violation: the answer hangs on an unknown.

    The SDK raises its own UnknownValueError at the first unknown it meets and forgets the resource's name;
    this one is raised after everything decidable was decided, and names what waits.
    """

    def __init__(self, text: str) -> None:
        super().__init__(UNKNOWN_STRING_VALUE, [])
        self.message = text


@dataclass(frozen=True)
class Run:
    """What the policies of one analyzer process share between calls."""

    coverage: Coverage = field(default_factory=Coverage)
    inputs: Inputs = field(default_factory=Inputs)


def policy_of(entry: Entry, run: Run) -> Policy:
    """The Pulumi policy of a catalogue entry. Raises CatalogueError when it has no rule."""
    rule = rule_of(entry)
    if isinstance(rule, ResourceRule):
        return ResourceValidationPolicy(validate=_resource_check(entry, rule, run), **_metadata(entry))
    return StackValidationPolicy(validate=_stack_check(entry, rule, run), **_metadata(entry))


def _metadata(entry: Entry) -> dict[str, Any]:
    known = tunables()
    schema = {name: known[name].schema for name in entry.settings}
    return {
        "name": entry.name,
        "description": entry.statement,
        "enforcement_level": EnforcementLevel(entry.enforcement),
        "config_schema": PolicyConfigSchema(schema) if schema else None,
        "display_name": f"{entry.id} {entry.name.replace('-', ' ')}",
        "severity": Severity(entry.severity),
        "framework": framework_of(entry),
        "tags": tags_of(entry),
        "remediation_steps": entry.fix,
        "url": f"{HANDBOOK}#{entry.id.lower()}",
    }


def framework_of(entry: Entry) -> PolicyComplianceFramework:
    """The one mapping the SDK holds per policy: PCI DSS, or SOC 2 where PCI DSS asks for nothing."""
    if entry.pci:
        return PolicyComplianceFramework(PCI_DSS, PCI_DSS_VERSION, ", ".join(entry.pci), entry.statement)
    return PolicyComplianceFramework("SOC 2", "2017", ", ".join(entry.soc2), entry.statement)


def tags_of(entry: Entry) -> list[str]:
    """The id and every control, for filters and for the control matrix."""
    return [
        f"id:{entry.id}",
        *(f"pci:{each}" for each in entry.pci),
        *(f"soc2:{each}" for each in entry.soc2),
    ]


def _resource_check(
    entry: Entry, rule: ResourceRule, run: Run
) -> Callable[[ResourceValidationArgs, ReportViolation], None]:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        run.inputs.remember(args.urn, args.props)
        if args.resource_type not in rule.types:
            args.not_applicable(f"{args.resource_type} is not of interest to {entry.id}")
        context = context_for(stack_of(args.urn), args.get_config(), args.stack_tags)
        results = _safely(lambda: rule.on(resource_view(args), context), entry, args.name, report)
        _report(entry, results, context, run.coverage, report, args.not_applicable)

    return validate


def _stack_check(
    entry: Entry, rule: Rule, run: Run
) -> Callable[[StackValidationArgs, ReportViolation], None]:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        name = next((stack_of(each.urn) for each in args.resources if stack_of(each.urn)), "")
        context = context_for(name, args.get_config(), args.stack_tags)
        results = _safely(
            lambda: rule.evaluate(stack_view(args, rule.types, run.inputs), context),
            entry,
            name or "stack",
            report,
        )
        _report(entry, results, context, run.coverage, report, args.not_applicable)

    return validate


def _safely(
    evaluate: Callable[[], list[Result]], entry: Entry, subject: str, report: ReportViolation
) -> list[Result]:
    try:
        return evaluate()
    except Exception as error:  # noqa: BLE001 - whatever a rule trips over must refuse, not stop the engine
        report(messages.broken_rule(entry, subject, error), None)
        return []


def _report(
    entry: Entry,
    results: list[Result],
    context: Context,
    coverage: Coverage,
    report: ReportViolation,
    not_applicable: Callable[[str], None],
) -> None:
    for refusal in context.settings.refusals:
        report(messages.refused_setting(entry, refusal), None)
    for result in results:
        if isinstance(result, Fail) and not exemptions().cover(entry.id, result.urn, context.today):
            report(messages.violation(entry, result), result.urn or None)
    waiting = [result for result in results if isinstance(result, Undecided)]
    if waiting:
        coverage.add(entry.id, len(waiting))
        raise NotDecided(messages.undecided(entry, waiting))
    if results and all(isinstance(result, NotApplicable) for result in results):
        not_applicable("; ".join(dict.fromkeys(r.reason for r in results if isinstance(r, NotApplicable))))


def preview_gap(coverage: Coverage) -> StackValidationPolicy:
    """The advisory that sums up what this run could not decide. Listed last in every pack."""

    def validate(_args: StackValidationArgs, report: ReportViolation) -> None:
        waiting: Mapping[str, int] = coverage.take()
        if waiting:
            by_policy = ", ".join(f"{policy_id} ({count})" for policy_id, count in waiting.items())
            report(
                f"{sum(waiting.values())} evaluations of {len(waiting)} policies wait for values known only "
                f"after the update: {by_policy}. The update decides them; so does `policy analyze` on its state.",
                None,
            )

    return StackValidationPolicy(
        name="preview-gap",
        description="What this preview could not decide is counted, never passed over in silence.",
        validate=validate,
        enforcement_level=EnforcementLevel.ADVISORY,
        severity=Severity.LOW,
        tags=["about:coverage"],
    )
