"""numpy's and scipy's answers for three seeded traces of each length asked for; complex numbers as pairs."""
import json
import sys

import numpy as np
import scipy.signal
import scipy.stats

lengths = json.loads(sys.argv[1])
answers = []
for n in lengths:
    x = np.random.default_rng(n).standard_normal((3, n)).astype(np.float32).astype(np.float64)
    bins = np.fft.rfft(x)
    power = np.abs(bins) ** 2
    hertz = np.fft.rfftfreq(n, 0.004)
    centroid = (hertz * power).sum(1) / power.sum(1)
    analytic = scipy.signal.hilbert(x)
    last = n // 2 - 1
    share = power / power.sum(1, keepdims=True)
    envelope = np.abs(analytic)
    instantaneous = np.diff(np.unwrap(np.angle(analytic)), axis=1) / (2 * np.pi * 0.004)
    weighted = (instantaneous * envelope[:, :-1]).sum(1) / envelope[:, :-1].sum(1)
    centred = x - x.mean(1, keepdims=True)
    length, step = max(2, n // 3), max(1, n // 7)
    windows = np.lib.stride_tricks.sliding_window_view(x, length, axis=1)[:, ::step].reshape(-1, length)
    answers.append(
        {
            "n": n,
            "samples": x.ravel().tolist(),
            "bins": bins.ravel().view(np.float64).tolist(),
            "quadrature": analytic.imag.ravel().tolist(),
            "features": np.stack(
                [
                    x.mean(1),
                    x.std(1),
                    x.min(1),
                    x.max(1),
                    np.sqrt((x**2).mean(1)),
                    (x**2).sum(1),
                    (np.diff(np.signbit(x), axis=1) != 0).sum(1),
                    (power[:, 1 : last + 1].argmax(1) + 1) / n,
                ]
            ).tolist(),
            "windows": {
                "length": length,
                "step": step,
                "mean": windows.mean(1).tolist(),
                "std": windows.std(1).tolist(),
                "energy": (windows**2).sum(1).tolist(),
            },
            "attributes": {
                "spectral_centroid": centroid.tolist(),
                "spectral_bandwidth": np.sqrt(
                    (((hertz - centroid[:, None]) ** 2) * power).sum(1) / power.sum(1)
                ).tolist(),
                "spectral_flatness": (scipy.stats.gmean(power, axis=1) / power.mean(1)).tolist(),
                "spectral_entropy": (-(share * np.log(share)).sum(1) / np.log(power.shape[1])).tolist(),
                "spectral_rolloff": hertz[(np.cumsum(share, axis=1) >= 0.85).argmax(1)].tolist(),
                "envelope_mean": envelope.mean(1).tolist(),
                "envelope_max": envelope.max(1).tolist(),
                "envelope_std": envelope.std(1).tolist(),
                "response_phase": np.angle(analytic)[np.arange(3), envelope.argmax(1)].tolist(),
                "instantaneous_frequency_mean": instantaneous.mean(1).tolist(),
                "instantaneous_frequency_median": np.median(instantaneous, axis=1).tolist(),
                "sweetness": np.where(weighted > 0, envelope.mean(1) / np.sqrt(np.abs(weighted)), 0).tolist(),
                "median": np.median(x, axis=1).tolist(),
                "autocorrelation_lag1": (
                    (centred[:, 1:] * centred[:, :-1]).sum(1) / (centred**2).sum(1)
                ).tolist(),
                "percentile_5": np.percentile(x, 5, axis=1).tolist(),
                "skewness": scipy.stats.skew(x, axis=1).tolist(),
                "kurtosis": scipy.stats.kurtosis(x, axis=1).tolist(),
            },
        }
    )
json.dump(answers, sys.stdout)
