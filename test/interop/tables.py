"""Reads the files that the engine wrote and prints their cells as JSON; or writes files for it to read.

tables.py read FOLDER           cells of rows.{parquet,arrow,csv,tsv,json,jsonl,xlsx}, column.arrow
tables.py write FOLDER SEED     rows.{csv,de.csv,tsv,parquet,jsonl,arrow} of random values, and their cells
"""

import datetime as dt
import json
import math
import sys
from pathlib import Path

import duckdb
import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq


def plain(value):
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, (dt.datetime, pd.Timestamp)):
        utc = value.replace(tzinfo=None) if value.tzinfo is None else value.astimezone(dt.timezone.utc).replace(tzinfo=None)
        return utc.isoformat(timespec="microseconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(v) for v in value]
    return value.item() if isinstance(value, np.generic) else value


def cells(table):
    return {name: [plain(v) for v in table[name].to_pylist()] for name in table.column_names}


def read(folder):
    def duck(query):
        cursor = duckdb.sql(query)
        rows = cursor.fetchall()
        return {name: [plain(row[i]) for row in rows] for i, name in enumerate(cursor.columns)}

    parquet, arrow = folder / "rows.parquet", folder / "rows.arrow"
    frame = pd.read_csv(folder / "rows.csv", dtype=str, keep_default_na=False)
    tabs = pd.read_csv(folder / "rows.tsv", dtype=str, keep_default_na=False, sep="\t")
    sheet = openpyxl.load_workbook(folder / "rows.xlsx")["data"]
    header, *rows = sheet.iter_rows(values_only=True)
    return {
        "parquet": cells(pq.read_table(parquet)),
        "duckdb": duck(f"select * replace (timezone('UTC', moment) as moment) from '{parquet}'"),
        "pandas": {n: [plain(v) for v in c] for n, c in pd.read_parquet(parquet).items()},
        "arrow": cells(pa.ipc.open_file(arrow).read_all()),
        "feather": cells(feather.read_table(arrow)),
        "csv": frame.to_dict("list"),
        "tsv": tabs.to_dict("list"),
        "json": json.loads((folder / "rows.json").read_text()),
        "jsonl": [json.loads(line) for line in (folder / "rows.jsonl").read_text().splitlines()],
        "xlsx": {name: [plain(row[i]) for row in rows] for i, name in enumerate(header)},
        "types": {f.name: str(f.type) for f in pq.read_schema(parquet)},
        "columns": {
            p.stem: [str(t.schema.field(0).type), cells(t)["value"]]
            for p in sorted(folder.glob("*.column"))
            for t in [pa.ipc.open_file(p).read_all()]
            if t.validate(full=True) is None
        },
    }


def write(folder, seed):
    rng = np.random.default_rng(seed)
    n = 500
    missing = lambda values: [None if rng.random() < 0.1 else v for v in values]
    day = lambda: dt.date(1970, 1, 1) + dt.timedelta(days=int(rng.integers(-20000, 30000)))
    words = ["sand", "shale", 'quo"te', "com,ma", "se;mi", "new\nline", "Straße", "=1+1", " blank ", "00123", "𝄞"]
    table = pa.table(
        {
            "whole": pa.array(missing([int(v) for v in rng.integers(-(2**53) + 1, 2**53, n)]), pa.int64()),
            "small": pa.array(missing([int(v) for v in rng.integers(-1000, 1000, n)]), pa.int32()),
            "real": pa.array(missing([float(v) for v in rng.normal(size=n) * 10.0 ** rng.integers(-20, 20, n)]), pa.float64()),
            "truth": pa.array(missing([bool(v) for v in rng.random(n) < 0.5]), pa.bool_()),
            "text": pa.array(missing([words[i] for i in rng.integers(0, len(words), n)]), pa.string()),
            "day": pa.array(missing([day() for _ in range(n)]), pa.date32()),
            "moment": pa.array(
                missing([dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=int(v)) for v in rng.integers(-(10**15), 2 * 10**15, n)]),
                pa.timestamp("us", "UTC"),
            ),
        }
    )
    vectors = rng.normal(size=(n, 7)).astype(np.float32)
    wide = table.append_column("vector", pa.FixedSizeListArray.from_arrays(pa.array(vectors.reshape(-1)), 7))
    lists = table.append_column("vector", pa.array([list(map(float, v)) for v in vectors], pa.list_(pa.float32())))
    frame = table.to_pandas(types_mapper=pd.ArrowDtype)
    frame["moment"] = [None if v is None else v.isoformat(timespec="microseconds") for v in table["moment"].to_pylist()]
    frame.to_csv(folder / "rows.csv", index=False)
    frame.to_csv(folder / "rows.tsv", index=False, sep="\t", lineterminator="\r\n")
    german = frame.copy()
    german["real"] = [None if v is None else repr(v).replace(".", ",") for v in table["real"].to_pylist()]
    german["day"] = [None if v is None else v.strftime("%d.%m.%Y") for v in table["day"].to_pylist()]
    german.to_csv(folder / "rows.de.csv", index=False, sep=";", encoding="utf-16")
    pq.write_table(wide, folder / "rows.parquet", compression="snappy", row_group_size=77)
    pq.write_table(lists, folder / "lists.parquet", compression="zstd", version="2.6", data_page_version="2.0")
    rows = [{k: (plain(v) + "Z" if k == "moment" and v else plain(v)) for k, v in row.items()} for row in lists.to_pylist()]
    (folder / "rows.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    (folder / "rows.json").write_text(json.dumps(rows, indent=1))
    return cells(lists)


folder = Path(sys.argv[2])
print(json.dumps(read(folder) if sys.argv[1] == "read" else write(folder, int(sys.argv[3]))))
