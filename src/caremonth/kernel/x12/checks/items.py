"""What a finding is about, by the name its sender gave it: the claim, the member, the status inquiry around it."""

from __future__ import annotations

import numpy as np

from .plan import Plan
from .view import View


class Items:
    """The claims (members …) of a view. `item` is (node, element) of the segment that names one, None for no names."""

    def __init__(self, view: View, item: tuple[int, int] | None) -> None:
        self.view, self.item = view, item
        if item is not None:
            plan = view.plan
            self.body = plan.nodes[item[0]].body
            self.inside = {b.number for b in plan.bodies if self.body.number in (b.number, *plan.ancestors(b))}
            self.positions = view.at(item[0])
            self.rows = view.rows.take(self.positions)
            self.starts = view.rows.take(view.at(self.body.trigger))
            around = [view.at(plan.bodies[n].trigger) for n in sorted(plan.ancestors(self.body))]
            self.others = np.sort(view.rows.take(np.concatenate([np.zeros(0, np.int64), *around])))

    def name(self, row: int, node: int, since: int) -> str:
        """The name of the item that a segment of the block is in, "" for none; `since`: where its transaction began."""
        if self.item is None:
            return ""
        plan: Plan = self.view.plan
        if node >= 0 and plan.nodes[node].body.number not in self.inside:
            return ""
        k = int(np.searchsorted(self.starts, row, side="right")) - 1
        outer = int(np.searchsorted(self.others, row, side="right")) - 1
        if k < 0 or self.starts[k] < since or (outer >= 0 and self.others[outer] > self.starts[k]):
            return ""
        until = self.starts[k + 1] if k + 1 < len(self.starts) else None
        first = int(np.searchsorted(self.rows, self.starts[k]))
        if first == len(self.rows) or (until is not None and self.rows[first] >= until):
            return ""
        return self.view.text(int(self.positions[first]), self.item[1])
