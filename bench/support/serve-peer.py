"""FastAPI with a scikit-learn forest, as one would write it: a pydantic body, one row of numpy, JSON back."""
import sys
import numpy as np
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import FunctionTransformer, StandardScaler

kind, port, file, rows, width, trees = sys.argv[1:7]
rows, width = int(rows), int(width)
x = np.fromfile(file, np.float32).reshape(rows, width)
y = np.fromfile(file + ".y", np.uint8)


def trace_features(traces):
    """The eight of the product: amplitudes, energy, crossings, dominant frequency."""
    spectrum = np.abs(np.fft.rfft(traces, axis=1))
    spectrum[:, 0] = 0
    return np.column_stack([
        traces.mean(1), traces.std(1), traces.max(1), traces.min(1), np.ptp(traces, 1), (traces**2).sum(1),
        (np.diff(np.signbit(traces), axis=1) != 0).sum(1), np.fft.rfftfreq(traces.shape[1])[spectrum.argmax(1)],
    ])


forest = RandomForestClassifier(int(trees), random_state=0)
if kind == "seismic":
    embed = make_pipeline(StandardScaler(), PCA(16))
    model = make_pipeline(make_union(FunctionTransformer(trace_features), embed), StandardScaler(), forest)
else:
    model = forest
model.fit(x, y)
app = FastAPI()
names = [f"x{j}" for j in range(width)]


class Rows(BaseModel):
    rows: list[dict[str, float]]


class Traces(BaseModel):
    traces: list[list[float]]


def answer(table):
    p = model.predict_proba(table)
    return {"predictions": [
        {"row": i, "predicted_class": int(row.argmax()), "confidence": float(row.max()),
         "probabilities": {str(c): float(v) for c, v in zip(model.classes_, row)}}
        for i, row in enumerate(p)
    ]}


if kind == "seismic":
    @app.post("/predict")
    def predict_traces(body: Traces):
        return answer(np.array(body.traces, np.float32))
else:
    @app.post("/predict")
    def predict_rows(body: Rows):
        return answer(np.array([[row[name] for name in names] for row in body.rows], np.float32))


uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning")
