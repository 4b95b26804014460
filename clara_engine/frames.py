"""Results that hold tables, as JSON: numbers keep every bit, columns their types."""

from __future__ import annotations

import json
from typing import Annotated, Any, TypeVar

import pandas as pd
from pydantic import InstanceOf, PlainSerializer, TypeAdapter, WrapValidator

__all__ = ["Frame", "from_json", "to_json"]

Result = TypeVar("Result")


def _written(table: pd.DataFrame) -> dict[str, Any]:
    return {
        "columns": [str(name) for name in table.columns],
        "types": [str(kind) for kind in table.dtypes],
        "index": table.index.tolist(),
        "names": [table.index.name, table.columns.name],
        "values": [_plain(table.iloc[:, place]) for place in range(table.shape[1])],
    }


def _plain(column: pd.Series) -> list[Any]:
    values = column.tolist()
    return [None if value is None or value is pd.NA or value != value else value for value in values]


def _read(given: Any, known: Any) -> pd.DataFrame:
    if isinstance(given, pd.DataFrame):
        return given
    index = pd.Index(given["index"], name=given["names"][0])
    columns = [
        pd.Series(values, index=index, dtype=kind) for values, kind in zip(given["values"], given["types"], strict=True)
    ]
    table = pd.concat(columns, axis=1) if columns else pd.DataFrame(index=index)
    return table.set_axis(pd.Index(given["columns"], name=given["names"][1]), axis=1)


#: A DataFrame as a field of a result that is written as JSON.
Frame = Annotated[InstanceOf[pd.DataFrame], WrapValidator(_read), PlainSerializer(_written)]


def _number(value: Any) -> Any:
    """A number of NumPy as one of Python."""
    return value.item()


def to_json(kind: type[Result], result: Result) -> str:
    """A dataclass as JSON.

    Parameters
    ----------
    kind : type
        The dataclass; its tables are fields of type `Frame`.
    result : instance of `kind`
    """
    return json.dumps(TypeAdapter(kind).dump_python(result, warnings=False), default=_number)


def from_json(kind: type[Result], text: str) -> Result:
    """What `to_json` wrote.

    Parameters
    ----------
    kind : type
    text : str

    Raises
    ------
    ValueError
        When it is no result of this kind.
    """
    return TypeAdapter(kind).validate_python(json.loads(text))
