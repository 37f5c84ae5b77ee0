"""The examples in the docstrings print what they say."""

from __future__ import annotations

import doctest

import pytest

from caremonth.kernel.rulebook import dated, pricing
from caremonth.kernel.rulebook.kinds import code_sets


@pytest.mark.parametrize("module", [dated, pricing, code_sets], ids=lambda module: module.__name__)
def test_the_examples_of_a_module_hold(module: object) -> None:
    failed, tried = doctest.testmod(module)  # type: ignore[arg-type]
    assert tried and not failed
