"""Special functions to 17 digits of 50, by mpmath 1.4.1: `python special.py > special.json`."""

import json

from mpmath import betainc, besselk, erf, erfc, exp, gammainc, mp, mpf

mp.dps = 50
F = lambda x: float(x)
gamma = [(a, x) for a in [0.5, 1, 2.5, 7, 30, 500, 20000] for x in [a * 0.01, a * 0.5, a * 0.97, a, a * 1.04, a * 2, a * 5 + 20]]
beta = [(a, b, x) for a in [0.5, 1, 3.5, 40, 5000] for b in [0.5, 2, 60, 900.5] for x in [1e-9, 0.01, 0.3, 0.5, 0.94]]
json.dump(
    {
        "gammaQ": [[a, x, F(gammainc(mpf(a), mpf(x), regularized=True))] for a, x in gamma],
        "betaI": [[a, b, x, F(betainc(a, b, 0, mpf(x), regularized=True))] for a, b, x in beta],
        "erf": [[x, F(erf(mpf(x)))] for x in [1e-10, 0.1, 0.49, 0.51, 1, 2.5, 5, -0.3, -2]],
        "erfc": [[x, F(erfc(mpf(x)))] for x in [1e-10, 0.1, 0.49, 0.51, 1, 2.5, 5, 10, 25, -0.3, -2]],
        "besselKScaled": [[v, x, F(besselk(v, mpf(x)) * exp(mpf(x)))] for v in [0, 0.25, 2] for x in [0.001, 0.1, 1, 7, 200]],
    },
    __import__("sys").stdout,
)
