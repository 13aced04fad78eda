"""Random problems and what scikit-learn makes of them, as JSON: `python linear.py SEED CASES`."""

import json
import sys
import warnings

import numpy as np
from sklearn.decomposition import PCA, IncrementalPCA
from sklearn.linear_model import ElasticNet, LinearRegression, LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler
from sklearn.utils.extmath import svd_flip

warnings.filterwarnings("ignore")
seed, cases = int(sys.argv[1]), int(sys.argv[2])
rng = np.random.default_rng(seed)


def table():
    n, p = int(rng.integers(60, 160)), int(rng.integers(2, 12))
    x = rng.normal(size=(n, p)) @ rng.normal(size=(p, p)) + 10 * rng.normal(size=p)
    return n, p, x


def regression():
    n, p, x = table()
    y = x @ rng.normal(size=p) + rng.normal(size=n) + 3
    w = rng.integers(0, 4, n).astype(float)
    alpha, ratio = float(rng.uniform(0.01, 1)), float(rng.uniform(0.1, 1))
    models = {
        "plain": LinearRegression().fit(x, y, w),
        "origin": LinearRegression(fit_intercept=False).fit(x, y),
        "ridge": Ridge(alpha, tol=1e-14).fit(x, y, w),
        "net": ElasticNet(alpha, l1_ratio=ratio, tol=1e-13, max_iter=10**6).fit(x, y, w),
        "lasso": ElasticNet(alpha, l1_ratio=1, tol=1e-13, max_iter=10**6).fit(x, y),
    }
    return dict(
        x=x.T.ravel().tolist(), rows=n, features=p, y=y.tolist(), weight=w.tolist(), alpha=alpha, ratio=ratio,
        models={k: dict(coef=m.coef_.tolist(), intercept=float(m.intercept_)) for k, m in models.items()},
    )


def logistic(k):
    n, p, x = table()
    x = StandardScaler().fit_transform(x) + 0.5
    score = x @ rng.normal(size=(p, k)) + rng.gumbel(size=(n, k))
    y = score.argmax(1)
    if len(np.unique(y)) < k:
        y[:k] = np.arange(k)
    w = rng.integers(1, 4, n).astype(float)
    out = dict(x=x.T.ravel().tolist(), rows=n, features=p, y=y.tolist(), weight=w.tolist(), classes=k, models=[])
    for c, ratio, balanced in [(1, 0, False), (0.1, 0, True), (0.2, 1, False), (0.3, 0.5, False)]:
        kwargs = dict(C=c, tol=1e-10, max_iter=10**5, class_weight="balanced" if balanced else None)
        if ratio == 0:
            m = LogisticRegression(solver="newton-cg", **kwargs)
        else:
            m = LogisticRegression(solver="saga", l1_ratio=ratio, random_state=0, **kwargs)
        m.fit(x, y, None if balanced else w)
        out["models"].append(
            dict(
                c=c, l1Ratio=ratio, balanced=balanced, coef=m.coef_.ravel().tolist(),
                intercept=m.intercept_.tolist(), proba=m.predict_proba(x[:5]).ravel().tolist(),
            )
        )
    return out


def pca():
    n, p, x = table()
    k = min(3, p)
    xs = x - x.mean(0)
    u, s, vt = np.linalg.svd(xs, full_matrices=False)
    u, vt = svd_flip(u, vt, u_based_decision=True)  # as scikit-learn 1.3's PCA
    full = PCA(k, svd_solver="full").fit(x)
    # Batches of 5 × width as ours, the last taking the remainder.
    inc, at, size = IncrementalPCA(k), 0, 5 * p
    while at < n:
        to = n if n - at < 2 * size else at + size
        inc.partial_fit(x[at:to])
        at = to
    return dict(
        x=x.ravel().tolist(), width=p, components=k, mean=x.mean(0).tolist(),
        full=dict(
            components=vt[:k].ravel().tolist(), variance=full.explained_variance_.tolist(),
            ratio=full.explained_variance_ratio_.tolist(), scores=(xs @ vt[:k].T)[:4].ravel().tolist(),
        ),
        incremental=dict(
            components=inc.components_.ravel().tolist(), variance=inc.explained_variance_.tolist(),
            ratio=inc.explained_variance_ratio_.tolist(),
        ),
    )


print(
    json.dumps(
        dict(
            regression=[regression() for _ in range(cases)],
            logistic=[logistic(k) for _ in range(cases) for k in (2, 3, 4)],
            pca=[pca() for _ in range(cases)],
        )
    )
)
