"""Scores of scikit-learn's IsolationForest over 30 seeds, as JSON: `python golden.py SEED`.
golden.json holds `golden.py 1` of scikit-learn 1.9.1, numpy 2.4.6."""

import json
import sys

import numpy as np
from sklearn.ensemble import IsolationForest

rng = np.random.default_rng(int(sys.argv[1]))
x = rng.normal(0, 1, (300, 3))
x[:6] *= 4
x[:, 2] = np.round(x[:, 2])
x = x.astype(np.float32)
sizes = [[100, 256], [50, 32]]
scores = [
    np.array([IsolationForest(n_estimators=trees, max_samples=sample, random_state=s).fit(x).score_samples(x) for s in range(30)])
    for trees, sample in sizes
]
json.dump(
    {
        "x": x.astype(float).T.ravel().tolist(), "features": 3, "sizes": sizes,
        "mean": [s.mean(0).tolist() for s in scores], "sd": [s.std(0, ddof=1).tolist() for s in scores],
    },
    sys.stdout,
)
