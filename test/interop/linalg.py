"""Random matrices and what numpy and scikit-learn make of them, as JSON: `python linalg.py SEED`."""

import json
import sys

import numpy as np
from sklearn.decomposition import PCA

rng = np.random.default_rng(int(sys.argv[1]))
flat = lambda a: np.asarray(a).ravel().tolist()


def gram(rows, width):
    x = rng.normal(100, 1, (rows, width))
    shift, weight = x.mean(0), rng.integers(0, 4, rows).astype(float)
    # float128 on x86: 11 bits more than what is compared
    exact = (x - shift).astype(np.longdouble)
    product = (exact * weight[:, None]).T @ exact
    return dict(
        x=flat(x), rows=rows, width=width, shift=flat(shift), weight=flat(weight),
        product=flat(product.astype(float)), mean=flat(np.average(x, axis=0, weights=weight)),
        variance=flat(np.average((x - np.average(x, axis=0, weights=weight)) ** 2, axis=0, weights=weight)),
    )


def factors(n):
    a = rng.normal(size=(2 * n, n))
    s = a.T @ a
    r = np.linalg.qr(a, mode="r")
    b = rng.normal(size=n)
    return dict(
        n=n, a=flat(a.T), symmetric=flat(s), right=flat(b),
        cholesky=flat(np.linalg.cholesky(s)), solution=flat(np.linalg.solve(s, b)),
        r=flat((r * np.sign(np.diag(r))[:, None]).T), values=flat(np.linalg.eigvalsh(s)[::-1]),
        projector=flat(np.linalg.eigh(s)[1][:, -3:] @ np.linalg.eigh(s)[1][:, -3:].T),
    )


def randomized(rows, width, components):
    """The variance that randomized components miss of what the best ones take, over 30 seeds."""
    x = rng.normal(size=(rows, width)) * np.sqrt(1 / np.arange(1, width + 1))
    x = (x @ np.linalg.qr(rng.normal(size=(width, width)))[0]).astype(np.float32)
    centred = x - x.mean(0, dtype=float)
    taken = lambda v: float(((centred @ np.linalg.qr(v.T)[0]) ** 2).sum() / (rows - 1))
    best = PCA(components, svd_solver="full").fit(x.astype(float))
    missed = []
    for seed in range(30):
        found = PCA(components, svd_solver="randomized", random_state=seed).fit(x.astype(float))
        missed.append(1 - taken(found.components_) / taken(best.components_))
    return dict(x=flat(x), width=width, components=components, best=flat(best.explained_variance_), missed=missed)


print(
    json.dumps(
        dict(
            gram=[gram(50, 3), gram(1000, 37), gram(333, 300)],
            factors=[factors(n) for n in (1, 2, 5, 40, 101)],
            randomized=randomized(400, 120, 6),
        )
    )
)
