"""tritonclient over HTTP against `toolbox serve`: python serve.py HOST:PORT MODEL; prints outputs by name as JSON."""
import json
import sys

import numpy as np
import tritonclient.http as triton

client = triton.InferenceServerClient(sys.argv[1])
name = sys.argv[2]
assert client.is_server_live() and client.is_server_ready() and client.is_model_ready(name)
columns = {
    "gamma": np.array([35.5, 90.0]),
    "density": np.array([2.2, 2.4]),
    "tone": np.array(["low", "high"], dtype=object),
    "count": np.array([3.0, 7.0]),
}
inputs = []
for tensor in client.get_model_metadata(name)["inputs"]:
    values = columns[tensor["name"]]
    sent = triton.InferInput(tensor["name"], list(values.shape), tensor["datatype"])
    sent.set_data_from_numpy(values, binary_data=False)
    inputs.append(sent)
names = [tensor["name"] for tensor in client.get_model_metadata(name)["outputs"]]
outputs = [triton.InferRequestedOutput(output, binary_data=False) for output in names]
answer = client.infer(name, inputs, outputs=outputs)
print(json.dumps({output: answer.as_numpy(output).tolist() for output in names}, default=lambda v: v.decode()))
