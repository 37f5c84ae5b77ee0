"""X12 as tables, from one grammar: read, check, acknowledge, write, show.

    from caremonth.kernel import x12

    tables = x12.read("remits/*.835")        # needs nothing but NumPy, PyArrow and PyYAML
    tables["payment_claims"], tables.notes
    for block in x12.read_blocks("large.837"):
        ...

`check`, `write`, `acknowledge`, `show` and `split` are modules of this package; `grammar` and `layout` say what is
read from where.
"""

from .notes import X12Error
from .read import X12Tables, read, read_blocks

__all__ = ["X12Error", "X12Tables", "read", "read_blocks"]
