"""Random samples and what scipy says of them, as JSON: `python golden.py SEED CASES > golden.json`.
golden.json holds `golden.py 1 12` of scipy 1.17.1, numpy 2.4.6."""

import json
import sys
import warnings

import numpy as np
from scipy import stats as s
from scipy.spatial.distance import cityblock, euclidean, jensenshannon
from scipy.special import kolmogorov

warnings.filterwarnings("ignore")
seed, cases = int(sys.argv[1]), int(sys.argv[2])
pair = lambda result: [float(result.statistic), float(result.pvalue)]


def psi(a, b):
    a, b = np.maximum(a, 1e-4), np.maximum(b, 1e-4)
    return float(((a - b) * np.log(a / b)).sum())


def case(rng, i):
    m, n = int(rng.integers(5, 70)), int(rng.integers(5, 70))
    a = rng.normal(0, 1, m)
    b = rng.normal(rng.choice([0, 0.5, 3]), rng.choice([1, 2]), n)
    if i % 3 == 0:
        a, b = np.round(a, 1), np.round(b, 1)  # ties
    c = rng.gamma(2, 1, int(rng.integers(5, 40)))
    ties = len(np.unique(np.concatenate([a, b]))) < m + n
    k = min(m, n)
    r, q = int(rng.integers(2, 4)), int(rng.integers(2, 6))
    table = rng.integers(1, 40, (r, q))
    counts = rng.integers(0, 9, (2, 8)) + np.eye(2, 8)
    p = rng.random(9) ** 3
    share = counts / counts.sum(1, keepdims=True)
    edges = np.unique(np.quantile(a, np.arange(1, 10) / 10))
    binned = [np.bincount(np.searchsorted(edges, v, side="right"), minlength=len(edges) + 1) / len(v) for v in (a, b)]
    x2 = s.chi2_contingency(table, correction=False)
    return {
        "a": a.tolist(), "b": b.tolist(), "c": c.tolist(),
        "ks": pair(s.ks_2samp(a, b, method="exact")),
        "mannWhitney": pair(s.mannwhitneyu(a, b, method="asymptotic")),
        "mannWhitneyExact": None if ties else pair(s.mannwhitneyu(a, b, method="exact")),
        "welch": [*pair(s.ttest_ind(a, b, equal_var=False)), float(s.ttest_ind(a, b, equal_var=False).df)],
        "levene": pair(s.levene(a, b, c)), "leveneMean": pair(s.levene(a, b, c, center="mean")),
        "cramerExact": pair(s.cramervonmises_2samp(a[:15], b[:12], method="exact")),
        "cramer": pair(s.cramervonmises_2samp(a, b, method="asymptotic")),
        "wasserstein": float(s.wasserstein_distance(a, b)), "energy": float(s.energy_distance(a, b)),
        "pearson": list(map(float, s.pearsonr(a[:k], b[:k]))), "spearman": list(map(float, s.spearmanr(a[:k], b[:k]))),
        "table": table.tolist(), "chiSquare": [float(x2.statistic), float(x2.pvalue), int(x2.dof)],
        "counts": counts.tolist(), "jensenShannon": float(jensenshannon(*counts, base=2)),
        "hellinger": float(euclidean(*np.sqrt(share)) / np.sqrt(2)), "totalVariation": float(cityblock(*share) / 2),
        "psi": psi(*share), "psiOfSamples": psi(*binned), "cramersV": float(s.contingency.association(table, method="cramer")),
        "p": p.tolist(), "benjaminiHochberg": s.false_discovery_control(p).tolist(),
        "kolmogorov": [[x, float(kolmogorov(x))] for x in rng.uniform(0.05, 4, 4).tolist()],
    }


rng = np.random.default_rng(seed)
json.dump([case(rng, i) for i in range(cases)], sys.stdout)
