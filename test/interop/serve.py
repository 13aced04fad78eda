"""tritonclient over HTTP against `toolbox serve`: python serve.py HOST:PORT MODEL; prints outputs by name as JSON, the
same whether tensors go as JSON or as bytes, the client's default."""
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
names = [tensor["name"] for tensor in client.get_model_metadata(name)["outputs"]]


def ask(binary):
    inputs = []
    for tensor in client.get_model_metadata(name)["inputs"]:
        values = columns[tensor["name"]]
        sent = triton.InferInput(tensor["name"], list(values.shape), tensor["datatype"])
        sent.set_data_from_numpy(values, binary_data=binary)
        inputs.append(sent)
    # Without outputs the client asks for all of them as bytes.
    outputs = None if binary else [triton.InferRequestedOutput(output, binary_data=False) for output in names]
    answer = client.infer(name, inputs, outputs=outputs)
    return {output: answer.as_numpy(output).tolist() for output in names}


decode = lambda value: value.decode()  # noqa: E731
as_json = json.dumps(ask(False), default=decode)
assert json.loads(json.dumps(ask(True), default=decode)) == json.loads(as_json)
print(as_json)
