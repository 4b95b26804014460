"""What pydantic finds wrong, in plain words."""

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from clara_engine.validation_messages import plain_words, requirement


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid")

    whole: Annotated[int, Field(ge=1, lt=10)] = 1
    number: Annotated[float, Field(allow_inf_nan=False, gt=0)] = 1.0
    choice: Literal["a", "b"] = "a"
    words: Annotated[tuple[str, ...], Field(min_length=2, max_length=3)] = ("x", "y")
    one: tuple[str, ...] = Field(("x",), min_length=1)
    name: Annotated[str, Field(max_length=3, pattern="^[a-z]*$")] = "x"
    flag: bool = True

    @field_validator("flag")
    @classmethod
    def true(cls, value):
        if not value:
            raise ValueError("it must be lit")
        return value


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"whole": "x"}, "it must be a whole number"),
        ({"whole": 1.5}, "it must be a whole number"),
        ({"whole": 0}, "it must be at least 1"),
        ({"whole": 10}, "it must be below 10"),
        ({"number": "x"}, "it must be a number"),
        ({"number": 0}, "it must be above 0.0"),
        ({"number": float("inf")}, "it must be a finite number"),
        ({"choice": "c"}, "it must be 'a' or 'b'"),
        ({"words": ("x",)}, "it must have at least 2 values"),
        ({"words": tuple("xyzw")}, "it must have at most 3 values"),
        ({"words": 3}, "it must be a list"),
        ({"name": "xxxx"}, "it must have at most 3 letters"),
        ({"one": ()}, "it must have at least 1 value"),
        ({"name": "X"}, "it is not written as it must be"),
        ({"name": 3}, "it must be text"),
        ({"flag": "x"}, "it must be true or false"),
        ({"flag": False}, "it must be lit"),
        ({"other": 1}, "nothing is called so here"),
    ],
)
def test_each_refusal_says_what_must_be(values, words):
    with pytest.raises(ValidationError) as caught:
        Model(**values)
    assert requirement(caught.value.errors()[0]) == words


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Input should be greater than or equal to 1", "it must be at least 1"),
        ("Input should be less than 10", "it must be below 10"),
        ("Input should be a valid integer, unable to parse string", "it must be a whole number"),
        ("Input should be 'a' or 'b'", "it must be 'a' or 'b'"),
        ("something else", "something else"),
    ],
)
def test_sentences_of_pydantic(sentence, words):
    assert plain_words(sentence) == words
