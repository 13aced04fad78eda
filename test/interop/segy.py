"""What segyio reads in SEG-Y files. Argument: a JSON file with [[path, endian], ...]; prints one object a file."""

import base64
import json
import sys

import numpy as np
import segyio

FIELDS = ["INLINE_3D", "CROSSLINE_3D", "CDP_X", "SourceGroupScalar", "TRACE_SAMPLE_COUNT", "DelayRecordingTime"]


def rotation(f):
    """Azimuth of the first inline towards higher crosslines, in degrees; not segyio.tools.rotation, which takes
    the number of lines for their length and so goes wrong where a survey is not square."""
    inline, crossline, x, y = (f.attributes(byte)[:] for byte in (189, 193, 181, 185))
    line = np.flatnonzero(inline == inline[0])
    first, last = line[np.argmin(crossline[line])], line[np.argmax(crossline[line])]
    return float(np.degrees(np.arctan2(x[last] - x[first], y[last] - y[first])))


def read(path, endian):
    with segyio.open(path, ignore_geometry=True, endian=endian) as f:
        found = {
            "traces": f.tracecount,
            "format": int(f.format),
            "axis": [float(f.samples[0]), float(f.samples[-1])],
            "samples": base64.b64encode(np.asarray(f.trace.raw[:], dtype="<f4").tobytes()).decode(),
            "text": [bytes(f.text[0])[80 * i : 80 * i + 80].decode("latin1").rstrip(" ") for i in range(40)],
            "headers": {name: f.attributes(segyio.tracefield.keys[name])[:].tolist() for name in FIELDS},
        }
    try:
        with segyio.open(path, endian=endian) as f:
            found["sorting"] = "inline" if f.sorting == segyio.TraceSortingFormat.INLINE_SORTING else "crossline"
            found["ilines"], found["xlines"] = f.ilines.tolist(), f.xlines.tolist()
            found["offsets"] = f.offsets.tolist()
            found["rotation"] = rotation(f)
    except (RuntimeError, ValueError) as error:
        found["error"] = str(error)
    return found


with open(sys.argv[1], encoding="utf8") as requests:
    print(json.dumps([read(path, endian) for path, endian in json.load(requests)]))
