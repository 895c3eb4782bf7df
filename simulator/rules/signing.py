"""How likely a coerced vendor gets a release signed by m of its n signers."""

from collections.abc import Sequence


def poisson_binomial_tail(probabilities: Sequence[float], needed: int) -> float:
    """P(at least `needed` of independent events with these probabilities happen)."""
    if needed <= 0:
        return 1.0
    counts = [1.0]
    for p in probabilities:
        counts = [
            (counts[k] if k < len(counts) else 0.0) * (1.0 - p) + (counts[k - 1] if k else 0.0) * p
            for k in range(len(counts) + 1)
        ]
    return sum(counts[needed:])


def signing_success(
    needed: int, inside: int, outside: int, compliance: float, blind: float, common_share: float = 0.0
) -> float:
    """P(a malicious release gets `needed` signatures).

    `inside` signers live under the coercing state and comply with probability `compliance` each;
    `outside` signers sign without looking with probability `blind` each. With probability `common_share`
    one pressure decides for all insiders together (the beta-factor model of common cause in probabilistic
    risk assessment).
    """
    strangers = [blind] * outside
    alone = poisson_binomial_tail([compliance] * inside + strangers, needed)
    all_comply = poisson_binomial_tail(strangers, needed - inside)
    none_comply = poisson_binomial_tail(strangers, needed)
    together = compliance * all_comply + (1.0 - compliance) * none_comply
    return common_share * together + (1.0 - common_share) * alone
