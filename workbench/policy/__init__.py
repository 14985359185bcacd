"""The department's rules as a typed, versioned file; every value names its section."""

from workbench.policy.load import check_policy, load_policy
from workbench.policy.model import Policy
from workbench.policy.rule import Rule

__all__ = ["Policy", "Rule", "check_policy", "load_policy"]
