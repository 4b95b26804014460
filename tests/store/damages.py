"""Every way in which a file of a workspace is damaged, and everything that reads it."""

import json
import random
from dataclasses import fields

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from clara_engine.sealed import read_json, read_table, save_array, sealed, write_table


def empty(path, draw):
    path.write_bytes(b"")


def cut(path, draw):
    content = path.read_bytes()
    path.write_bytes(content[: draw.randrange(len(content))])


def noise(path, draw):
    path.write_bytes(draw.randbytes(path.stat().st_size))


def flip(path, draw):
    content = bytearray(path.read_bytes())
    content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
    path.write_bytes(content)


def another(path, draw):
    """What another kind of file holds."""
    others = [
        b'{"a": 1}',
        b"[]",
        b"PAR1" + bytes(50) + b"PAR1",
        b"PK\5\6" + bytes(18),
        b"SQLite format 3\0" + bytes(84),
    ]
    path.write_bytes(draw.choice(others))


def gone(path, draw):
    path.unlink()


def rewritten(path, draw):
    """With right digests, but other columns, fields or shapes."""
    if path.suffix == ".parquet":
        table = read_table(path)
        name = draw.choice(list(table.columns))
        wrong = [table.drop(columns=name), table.rename(columns={name: f"{name}_"}), pd.concat([table, table])]
        about = {key: value for key, value in pq.read_schema(path).metadata.items() if key == b"clara"}
        write_table(draw.choice(wrong), path, about)
    elif path.suffix == ".npy":
        array = np.load(path)
        save_array(path, draw.choice([array[:-1], array.astype("complex128"), array.reshape(-1)[: array.size // 2]]))
    elif path.suffix == ".npz":
        with np.load(path) as arrays:
            kept = dict(arrays)
        kept.pop(draw.choice(sorted(kept)))
        np.savez(path, **kept)
    elif path.suffix == ".json":
        facts = read_json(path)
        if isinstance(facts, dict):
            first, *rest = facts  # later versions may add a field, so others may be missing
            wrong = [{**facts, "more": 1}, {**facts, first: {}}]
            wrong += [] if path.name == "names.json" else [{name: facts[name] for name in rest}]
            path.write_text(sealed(draw.choice(wrong)))
        else:
            path.write_text(json.dumps({"more": facts}))
    else:
        another(path, draw)


DAMAGES = (empty, cut, noise, flip, another, gone, rewritten)


def seen(value):
    """What a person would see of a result: the same for equal ones."""
    if isinstance(value, pd.DataFrame | pd.Series):
        return value.to_csv()
    if isinstance(value, np.ndarray):
        return (value.shape, str(value.dtype), value.tobytes())
    if isinstance(value, list | tuple):
        return [seen(one) for one in value]
    if hasattr(value, "codes"):
        return seen(value.codes)
    if hasattr(value, "trees_"):
        return [seen(getattr(value.trees_, field.name)) for field in fields(value.trees_)]
    return repr(value)


def dice(*words):
    return random.Random(" ".join(map(str, words)))
