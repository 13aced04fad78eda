"""Random tables with missing values and what scikit-learn makes of them, as JSON: `python golden.py SEED CASES`.
golden.json holds `golden.py 1 4` of scikit-learn 1.9.1, numpy 2.4.6. NaN is null."""

import json
import sys
import warnings

import numpy as np
from sklearn.impute import KNNImputer
from sklearn.metrics import nan_euclidean_distances
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor, NearestNeighbors

warnings.filterwarnings("ignore")
seed, cases = int(sys.argv[1]), int(sys.argv[2])
flat = lambda x: [None if np.isnan(v) else float(v) for v in np.asarray(x).T.ravel()]


def table(rng, rows, features, share):
    x = rng.normal(rng.choice([0, 100]), 1, (rows, features))
    x[rng.random(x.shape) < share] = np.nan
    return x


def nan_euclidean(a, b):
    """As scikit-learn defines it, without the digits that its product of matrices loses."""
    d = a[:, None] - b[None]
    with np.errstate(invalid="ignore"):
        out = np.sqrt(np.nansum(d**2, axis=2) * a.shape[1] / (~np.isnan(d)).sum(2))
    np.testing.assert_allclose(out, nan_euclidean_distances(a, b), atol=1e-5)
    return out


def case(rng):
    features, k = int(rng.integers(1, 12)) ** 2 // 3 + 1, int(rng.integers(1, 6))
    share = rng.choice([0.05, 0.3, 0.7])
    train = table(rng, int(rng.integers(20, 80)), features, share)
    train[0] = rng.normal(0, 1, features)  # no column is missing as a whole
    test = table(rng, int(rng.integers(1, 20)), features, share)
    imputer = KNNImputer(n_neighbors=k).fit(train)
    whole, asked = imputer.transform(train), imputer.transform(test)
    exact = dict(n_neighbors=k, algorithm="kd_tree")
    distances, _ = NearestNeighbors(**exact).fit(whole).kneighbors(asked)
    # Equal rows are taken in any order by the tree, so those are told from what they hold.
    labels = (whole.sum(1) > np.median(whole.sum(1))).astype(int) + (whole[:, 0] > np.median(whole[:, 0]))
    values = whole.mean(1)
    shares = KNeighborsClassifier(**exact).fit(whole, labels)
    full = np.zeros((len(asked), 3))
    full[:, shares.classes_] = shares.predict_proba(asked)
    return {
        "features": features, "k": k, "train": flat(train), "test": flat(test),
        "imputedTrain": flat(whole), "imputedTest": flat(asked),
        "distances": distances.ravel().tolist(),
        "nanDistances": flat(nan_euclidean(train, test[:3])),
        "labels": labels.tolist(), "shares": full.ravel().tolist(), "values": values.tolist(),
        "means": KNeighborsRegressor(**exact).fit(whole, values).predict(asked).tolist(),
    }


rng = np.random.default_rng(seed)
json.dump([case(rng) for _ in range(cases)], sys.stdout)
