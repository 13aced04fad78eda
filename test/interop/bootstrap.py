"""scipy's percentile intervals of accuracy over 30 seeds, as JSON: `python bootstrap.py SEED`."""

import json
import sys

import numpy as np
from scipy.stats import bootstrap

rng = np.random.default_rng(int(sys.argv[1]))
n = 300
truth = rng.integers(0, 3, n)
predicted = np.where(rng.random(n) < 0.7, truth, rng.integers(0, 3, n))
hits = (truth == predicted).astype(float)
found = [bootstrap((hits,), np.mean, n_resamples=999, method="percentile", rng=s) for s in range(30)]
print(
    json.dumps(
        dict(
            truth=truth.tolist(), predicted=predicted.tolist(), replicates=999,
            lower=[float(f.confidence_interval.low) for f in found],
            upper=[float(f.confidence_interval.high) for f in found],
            standardError=[float(f.standard_error) for f in found],
        )
    )
)
