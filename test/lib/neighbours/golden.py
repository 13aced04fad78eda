"""Random tables with missing values and what scikit-learn makes of them, as JSON: `python golden.py SEED CASES`.
golden.json holds `golden.py 1 4` of scikit-learn 1.9.1, numpy 2.4.6. NaN is null."""

import json
import sys
import warnings

import numpy as np
from sklearn.impute import KNNImputer
from sklearn.metrics import nan_euclidean_distances
from sklearn.neighbors import NearestNeighbors

warnings.filterwarnings("ignore")
seed, cases = int(sys.argv[1]), int(sys.argv[2])
flat = lambda x: [None if np.isnan(v) else float(v) for v in np.asarray(x).T.ravel()]


def table(rng, rows, features, share):
    x = rng.normal(rng.choice([0, 100]), 1, (rows, features))
    x[rng.random(x.shape) < share] = np.nan
    return x


def case(rng):
    features, k = int(rng.integers(1, 12)) ** 2 // 3 + 1, int(rng.integers(1, 6))
    share = rng.choice([0.05, 0.3, 0.7])
    train = table(rng, int(rng.integers(20, 80)), features, share)
    train[0] = rng.normal(0, 1, features)  # no column is missing as a whole
    test = table(rng, int(rng.integers(1, 20)), features, share)
    imputer = KNNImputer(n_neighbors=k).fit(train)
    whole, asked = imputer.transform(train), imputer.transform(test)
    nearest = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(whole)
    distances, _ = nearest.kneighbors(asked)
    return {
        "features": features, "k": k, "train": flat(train), "test": flat(test),
        "imputedTrain": flat(whole), "imputedTest": flat(asked),
        "distances": distances.ravel().tolist(),
        "nanDistances": flat(nan_euclidean_distances(train, test[:3])),
    }


rng = np.random.default_rng(seed)
json.dump([case(rng) for _ in range(cases)], sys.stdout)
