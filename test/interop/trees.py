"""What scikit-learn, shap and LightGBM make of tables, as JSON: `python trees.py fit|chance SEED`, `python trees.py shap FILE`."""

import json
import os
import sys
import warnings

# Small tables: threads only wait for each other.
os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np

warnings.filterwarnings("ignore")


def data(rng, n, p, levels):
    """Float32 features of few distinct values, so that bins hold one value each, and a target that depends on them."""
    x = np.round(rng.normal(size=(n, p)) * levels).astype(np.float32)
    score = x[:, 0] / levels + np.sin(2 * x[:, 1] / levels) * x[:, 2] / levels
    return x, score


def fit(seed):
    from lightgbm import LGBMClassifier, LGBMRegressor
    from sklearn.ensemble import (
        ExtraTreesClassifier,
        HistGradientBoostingClassifier,
        HistGradientBoostingRegressor,
        RandomForestClassifier,
        RandomForestRegressor,
    )
    from sklearn.metrics import log_loss, mean_pinball_loss
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    rng = np.random.default_rng(seed)
    n, p = 1200, 6
    x, score = data(rng, n, p, 12)
    noisy = score + 0.5 * rng.normal(size=n)
    labels = np.digitize(noisy, [-0.6, 0.6])
    w = rng.integers(1, 4, n).astype(float)
    train, held = slice(0, 800), slice(800, n)
    holes = x.copy()
    holes[rng.random((n, p)) < 0.1] = np.nan
    counts = rng.poisson(np.exp(0.5 * score)).astype(float)
    # the first feature as codes in no order of its values, too many for one split a category
    codes = x.copy()
    codes[:, 0] = (np.round(x[:, 0]) * 7) % 12

    def tree(model, target, **fitted):
        model.fit(x[train], target[train], **fitted)
        predict = model.predict_proba if hasattr(model, "predict_proba") else model.predict
        return dict(held=predict(x[held]).ravel().tolist(), importances=model.feature_importances_.tolist())

    trees = {
        "gini": tree(DecisionTreeClassifier(max_depth=4, min_samples_leaf=5, random_state=0), labels, sample_weight=w[train]),
        "entropy": tree(DecisionTreeClassifier(criterion="entropy", max_depth=4, min_samples_leaf=5, random_state=0), labels),
        "balanced": tree(DecisionTreeClassifier(class_weight="balanced", max_depth=4, min_samples_leaf=5, random_state=0), labels),
        "squared": tree(DecisionTreeRegressor(max_depth=6, min_samples_leaf=5, random_state=0), noisy, sample_weight=w[train]),
    }

    # binned alike, grown alike: one number a row to compare
    common = dict(early_stopping=False, max_iter=30, max_leaf_nodes=15, min_samples_leaf=10)
    numbers = {
        "squared": HistGradientBoostingRegressor(**common).fit(x[train], noisy[train]).predict(x[held]),
        "missing": HistGradientBoostingRegressor(**common, l2_regularization=1.0).fit(holes[train], noisy[train]).predict(holes[held]),
        "poisson": HistGradientBoostingRegressor(**common, loss="poisson").fit(x[train], counts[train]).predict(x[held]),
        "logistic": HistGradientBoostingClassifier(**common).fit(x[train], labels[train] > 0).predict_proba(x[held])[:, 1],
        # two trees: later ones have cuts of equal gain, of which either may be taken
        "absolute": HistGradientBoostingRegressor(**{**common, "max_iter": 2}, loss="absolute_error").fit(x[train], noisy[train]).predict(x[held]),
        "weighted": HistGradientBoostingRegressor(**common).fit(x[train], noisy[train], w[train]).predict(x[held]),
    }
    # other ways to bound, sort or start: held-out losses
    monotone = HistGradientBoostingRegressor(**common, monotonic_cst=[1, 0, 0, 0, 0, -1]).fit(x[train], noisy[train])
    categories = HistGradientBoostingRegressor(**common, categorical_features=[0]).fit(codes[train], noisy[train])
    quantile = HistGradientBoostingRegressor(**common, loss="quantile", quantile=0.8).fit(x[train], noisy[train])
    histogram = {
        "monotone": float(np.abs(noisy[held] - monotone.predict(x[held])).mean()),
        "categories": float(np.abs(noisy[held] - categories.predict(codes[held])).mean()),
        "quantile": mean_pinball_loss(noisy[held], quantile.predict(x[held]), alpha=0.8),
    }
    light = dict(n_estimators=60, num_leaves=15, verbose=-1, n_jobs=1)

    def absolute(**more):
        model = LGBMRegressor(**light, **more).fit(x[train], noisy[train])
        return float(np.abs(noisy[held] - model.predict(x[held])).mean())

    lightgbm = {
        "logistic": log_loss(labels[held] > 0, LGBMClassifier(**light).fit(x[train], labels[train] > 0).predict_proba(x[held])),
        "softmax": log_loss(labels[held], LGBMClassifier(**light).fit(x[train], labels[train]).predict_proba(x[held])),
        "absolute": absolute(objective="mae"),
        "monotone": absolute(monotone_constraints=[1, 0, 0, 0, 0, -1]),
    }

    # over seeds: a random forest is compared by the mean of its error
    def over_seeds(make, target, score):
        return [float(score(make(s).fit(x[train], target[train]))) for s in range(30)]

    def hits(m):
        return m.score(x[held], labels[held])

    def error(m):
        return np.mean((m.predict(x[held]) - noisy[held]) ** 2)

    forests = {
        "forest": over_seeds(lambda s: RandomForestClassifier(30, random_state=s), labels, hits),
        "limited": over_seeds(
            lambda s: RandomForestClassifier(
                30, max_depth=8, min_samples_leaf=3, max_features=0.5, class_weight="balanced_subsample", max_samples=0.6, random_state=s
            ),
            labels,
            hits,
        ),
        "extra": over_seeds(lambda s: ExtraTreesClassifier(30, random_state=s), labels, hits),
        "numbers": over_seeds(lambda s: RandomForestRegressor(30, random_state=s), noisy, error),
    }
    columns = lambda a: ["NaN" if np.isnan(v) else float(v) for v in a.T.ravel()]
    return dict(
        features=p, trainRows=800, heldRows=n - 800,
        train=columns(x[train]), held=columns(x[held]),
        holesTrain=columns(holes[train]), holesHeld=columns(holes[held]),
        codesTrain=columns(codes[train]), codesHeld=columns(codes[held]),
        labels=labels.tolist(), noisy=noisy.tolist(), counts=counts.tolist(), weight=w[train].tolist(),
        trees=trees, numbers={k: v.tolist() for k, v in numbers.items()}, lightgbm=lightgbm, histogram=histogram, forests=forests,
    )


def chance(seed):
    """What depends on chance, over 30 seeds: boosting of bags, scores out of bag, importance by shuffling."""
    from lightgbm import LGBMClassifier
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
    from sklearn.inspection import permutation_importance
    from sklearn.metrics import log_loss
    from sklearn.tree import DecisionTreeClassifier

    rng = np.random.default_rng(seed)
    n, p = 1200, 6
    x, score = data(rng, n, p, 12)
    noisy = score + 0.5 * rng.normal(size=n)
    labels = (noisy > 0).astype(int)
    train, held = slice(0, 800), slice(800, n)
    seeds = range(30)

    def bagged(s):
        model = LGBMClassifier(
            n_estimators=60, num_leaves=15, subsample=0.7, subsample_freq=1, colsample_bytree=0.7, random_state=s, verbose=-1, n_jobs=1
        )
        return float(log_loss(labels[held], model.fit(x[train], labels[train]).predict_proba(x[held])))

    def out_of_bag(make, target):
        return [float(make(60, oob_score=True, random_state=s).fit(x[train], target[train]).oob_score_) for s in seeds]

    tree = DecisionTreeClassifier(max_depth=5, min_samples_leaf=5, random_state=0).fit(x[train], labels[train])
    shuffled = permutation_importance(tree, x[held], labels[held], scoring="accuracy", n_repeats=30, random_state=0)
    return dict(
        features=p, trainRows=800, heldRows=n - 800,
        train=x[train].T.ravel().tolist(), held=x[held].T.ravel().tolist(),
        labels=labels.tolist(), noisy=noisy.tolist(),
        bagged=[bagged(s) for s in seeds],
        outOfBag=dict(classes=out_of_bag(RandomForestClassifier, labels), numbers=out_of_bag(RandomForestRegressor, noisy)),
        shuffled=dict(mean=shuffled.importances_mean.tolist(), sd=shuffled.importances_std.tolist()),
    )


def explain(file):
    """shap's values of trees given as arrays: path-dependent and against a background."""
    import shap

    given = json.load(open(file))
    x, background = np.array(given["x"]), np.array(given["background"])
    trees = [{k: np.array(v) for k, v in t.items()} for t in given["trees"]]
    path = shap.TreeExplainer(dict(trees=trees), feature_perturbation="tree_path_dependent")
    other = shap.TreeExplainer(dict(trees=trees), background, feature_perturbation="interventional")
    return dict(
        path=path.shap_values(x, check_additivity=False).ravel().tolist(),
        pathExpected=np.ravel(path.expected_value).tolist(),
        other=other.shap_values(x, check_additivity=False).ravel().tolist(),
        otherExpected=np.ravel(other.expected_value).tolist(),
    )


asked = dict(fit=lambda given: fit(int(given)), chance=lambda given: chance(int(given)), shap=explain)
print(json.dumps(asked[sys.argv[1]](sys.argv[2])))
