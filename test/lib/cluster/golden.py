"""Gaussian mixtures from given starts by scikit-learn, as JSON: `python golden.py SEED CASES`.
golden.json holds `golden.py 1 4` of scikit-learn 1.9.1, numpy 2.4.6."""

import json
import sys
import warnings

import numpy as np
from sklearn.mixture import GaussianMixture

warnings.filterwarnings("ignore")
seed, cases = int(sys.argv[1]), int(sys.argv[2])


def case(rng, i):
    kind = ["full", "diag"][i % 2]
    n, f, k = int(rng.integers(40, 90)), int(rng.integers(1, 5)), int(rng.integers(1, 4))
    start = np.arange(n) % k
    x = (rng.normal(0, 1, (n, f)) + 2 * start[:, None]).astype(np.float32).astype(float)
    start = np.where(rng.random(n) < 0.2, 0, start)
    x0 = [x[start == c] for c in range(k)]
    cov = [np.atleast_2d(np.cov(p.T, bias=True)) + 1e-6 * np.eye(f) for p in x0]
    inverse = [np.linalg.inv(c) if kind == "full" else 1 / np.diag(c) for c in cov]
    model = GaussianMixture(
        k, covariance_type=kind, max_iter=12, tol=0, weights_init=[len(p) / n for p in x0],
        means_init=[p.mean(0) for p in x0], precisions_init=np.array(inverse),
    ).fit(x)
    new = (x[:7] + 0.5).astype(np.float32).astype(float)
    return {
        "covariance": "full" if kind == "full" else "diagonal", "features": f, "components": k,
        "x": x.T.ravel().tolist(), "new": new.T.ravel().tolist(), "start": start.tolist(),
        "weights": model.weights_.tolist(), "means": model.means_.ravel().tolist(),
        "covariances": model.covariances_.ravel().tolist(), "logDensity": model.lower_bound_,
        "scores": model.score_samples(new).tolist(), "shares": model.predict_proba(new).T.ravel().tolist(),
        "bic": float(model.bic(x)), "own": float(model.score(x)),
    }


rng = np.random.default_rng(seed)
json.dump([case(rng, i) for i in range(cases)], sys.stdout)
