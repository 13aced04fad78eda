"""Random cases and what scikit-learn says of them, as JSON: `python golden.py SEED CASES > golden.json`.
golden.json holds `golden.py 1 6` of scikit-learn 1.9.1, numpy 2.4.6."""

import json
import sys
import warnings

import numpy as np
from sklearn import calibration, metrics as m

warnings.filterwarnings("ignore")
seed, cases = int(sys.argv[1]), int(sys.argv[2])


def classification(rng, weighted):
    n, k = int(rng.integers(30, 60)), int(rng.integers(2, 5))
    t = rng.integers(0, k, n)
    p = np.where(rng.random(n) < 0.6, t, rng.integers(0, k, n))
    q = rng.random((n, k))
    q[np.arange(n), p] += 1
    q = np.round(q / q.sum(1, keepdims=True), 2)  # ties
    q[:, -1] = np.abs(1 - q[:, :-1].sum(1))
    w = rng.integers(1, 4, n).astype(float) if weighted else None
    labels = list(range(k))
    out = {
        "accuracy": m.accuracy_score(t, p, sample_weight=w),
        "balanced_accuracy": m.balanced_accuracy_score(t, p, sample_weight=w),
        "cohen_kappa": m.cohen_kappa_score(t, p, sample_weight=w),
        "mcc": m.matthews_corrcoef(t, p, sample_weight=w),
        "log_loss": m.log_loss(t, q, labels=labels, sample_weight=w),
        "brier": m.brier_score_loss(t, q if k > 2 else q[:, 1], sample_weight=w),
    }
    # Guo et al. 2017: bins (lower, upper] of the winner's probability, the first of equals
    confidence, right = q.max(1), (q.argmax(1) == t).astype(float)
    which = np.digitize(confidence, np.linspace(0, 1, 11)[1:-1], right=True)
    one = np.ones(n) if w is None else w
    gaps = [abs(np.sum((one * (right - confidence))[which == b])) for b in range(10)]
    out["ece"] = float(np.sum(gaps) / one.sum())
    for average in ["macro", "weighted", "micro"]:
        scores = m.precision_recall_fscore_support(t, p, average=average, sample_weight=w, zero_division=0)
        for name, value in zip(["precision", "recall", "f1"], scores):
            out[f"{name}_{average}"] = value
    for average in ["macro", "weighted"]:
        if k > 2:
            normal = q / q.sum(1, keepdims=True)
            out[f"roc_auc_{average}"] = m.roc_auc_score(
                t, normal, multi_class="ovr", average=average, sample_weight=w
            )
        else:
            out[f"roc_auc_{average}"] = m.roc_auc_score(t, q[:, 1], sample_weight=w)
    by_class = m.precision_recall_fscore_support(t, p, labels=labels, sample_weight=w, zero_division=0)
    positive = t == 1
    fpr, tpr, threshold = m.roc_curve(positive, q[:, 1], sample_weight=w, drop_intermediate=False)
    precision, recall, _ = m.precision_recall_curve(positive, q[:, 1], sample_weight=w)
    observed, predicted = calibration.calibration_curve(positive, q[:, 1], n_bins=10)
    return {
        "truth": t.tolist(), "predicted": p.tolist(), "probabilities": q.ravel().tolist(), "classes": k,
        "weight": None if w is None else w.tolist(), "metrics": out,
        "confusion": m.confusion_matrix(t, p, labels=labels, sample_weight=w).ravel().tolist(),
        "perClass": [list(map(float, row)) for row in by_class],
        "average_precision": [m.average_precision_score(t == c, q[:, c], sample_weight=w) for c in labels],
        "roc": [fpr.tolist(), tpr.tolist(), [x if np.isfinite(x) else None for x in threshold]],
        "pr": [precision.tolist(), recall.tolist()],
        "calibration": [predicted.tolist(), observed.tolist()],
    }


def regression(rng, weighted):
    n = int(rng.integers(10, 40))
    t = rng.normal(5, 2, n)
    p = t + rng.normal(0, 1, n)
    w = rng.integers(1, 4, n).astype(float) if weighted else None
    d = np.abs(t - p)
    return {
        "truth": t.tolist(), "predicted": p.tolist(), "weight": None if w is None else w.tolist(),
        "metrics": {
            "mae": m.mean_absolute_error(t, p, sample_weight=w),
            "rmse": m.root_mean_squared_error(t, p, sample_weight=w),
            "r2": m.r2_score(t, p, sample_weight=w),
            "mape": m.mean_absolute_percentage_error(t, p, sample_weight=w),
            "median_ape": float(np.median(d / np.abs(t))),
            "wape": float(np.average(d, weights=w) / np.average(np.abs(t), weights=w)),
            "smape": float(np.average(2 * d / (np.abs(t) + np.abs(p)), weights=w)),
        },
        "pinball": m.mean_pinball_loss(t, p, sample_weight=w, alpha=0.9),
        "mase": float(d.mean() / np.abs(t[3:] - t[:-3]).mean()),
    }


def clustering(rng):
    n, k = int(rng.integers(20, 50)), int(rng.integers(2, 5))
    x = rng.normal(0, 1, (n, 3)).astype(np.float32).astype(float)
    a, b = rng.integers(0, k, n), rng.integers(0, 3, n)
    a[:2] = [0, 1]
    return {
        "x": x.T.ravel().tolist(), "a": a.tolist(), "b": b.tolist(),
        "ari": m.adjusted_rand_score(a, b), "nmi": m.normalized_mutual_info_score(a, b),
        "silhouette": float(m.silhouette_score(x, a)), "davies_bouldin": m.davies_bouldin_score(x, a),
    }


rng = np.random.default_rng(seed)
json.dump(
    {
        "classification": [classification(rng, i % 2 == 1) for i in range(cases)],
        "regression": [regression(rng, i % 2 == 1) for i in range(cases)],
        "clustering": [clustering(rng) for _ in range(cases)],
    },
    sys.stdout,
)
