"""Inertias of 60 single starts of scikit-learn's KMeans on overlapping clusters, as JSON: `python kmeans.py SEED`."""

import json
import sys

import numpy as np
from sklearn.cluster import KMeans

rng = np.random.default_rng(int(sys.argv[1]))
rows, features, clusters = 600, 5, 12
x = rng.normal(0, 1.5, (clusters, features))[rng.integers(0, clusters, rows)] + rng.normal(0, 1, (rows, features))
x = x.astype(np.float32)
json.dump(
    {
        "x": x.astype(float).T.ravel().tolist(), "rows": rows, "features": features, "clusters": clusters,
        "inertias": [KMeans(clusters, n_init=1, random_state=s).fit(x).inertia_ for s in range(60)],
    },
    sys.stdout,
    default=float,
)
