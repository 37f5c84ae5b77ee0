"""Which loop every segment is in, for a whole block at once.

The grammar becomes an automaton. Its state is the innermost open loop; its symbol is a segment id with the value
that tells twins apart (NM1*85, HL**20). A segment is looked for in the open loop, then in the loops around it,
never going back in order there; that is how a person reads the file. Where nothing fits, order is forgiven among
loops that have no loops inside, then an unknown code value; a name or a level that still fits nowhere opens an
unknown loop, so that what follows it is not taken for another's.

To run it with NumPy, the block is cut where a segment can start only one loop of the whole grammar (HL*22, CLP,
INS …): there the state is known without the past. All the pieces then step forward together. The guess is checked
at every seam and the few pieces where it was wrong are run again, so the result is that of the plain automaton.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from . import compiled
from .grammar import Loop, Segment, Transaction, transaction
from .index import BASE, CODE_VALUE, Index, Ints, pack, pack_at

Small = NDArray[np.int16]
CODES = BASE**3
OUTSIDE = 0  # the state before the first ST
OTHER = np.array([code == 0 or BASE - 1 in (code // BASE // BASE, code // BASE % BASE, code % BASE)
                  for code in range(CODES)])  # fmt: skip  # codes of what is too long, empty, or not letters and digits
FEW = 24  # with fewer pieces than this still running, stepping one segment at a time is faster


@dataclass(frozen=True)
class Node:
    """A loop where it stands in the tree; the same loop under two parents is two nodes."""

    number: int
    loop: Loop
    parent: int  # number of the parent node, -1 for the root
    place: int  # index among the parent's children
    path: tuple[str, ...]  # loop ids from the root ("") down to this


@dataclass
class Automaton:
    """The loop automaton of one transaction. States: 0 outside, 1..n a node, n+1..2n an unknown loop under it."""

    name: str
    nodes: list[Node]
    segment_ids: list[str]  # local kind (from 1) → id
    kind_of_code: NDArray[np.uint8]
    by_element: NDArray[np.int8]  # local kind → element whose first component tells twins apart, 0 none
    symbols: list[tuple[str, str | None]]  # symbol (from 1) → (id, value); value None: any other value
    symbol_of: NDArray[np.int16]  # [local kind, packed value] → symbol
    number_of: dict[tuple[str, str | None], int]
    step: Small = field(repr=False)  # [state, symbol] → state, -1 not worked out yet
    sure: Small = field(repr=False)  # symbol → the only state it can lead to, or 0
    children: list[list[tuple[int, Segment | Loop]]] = field(default_factory=list)  # by node, with the state of each
    skipped: bool = False  # some loop was opened without its parent
    of_names: frozenset[str] = frozenset()  # what follows a name (an address, a number): an unknown name's as well

    def target(self, state: int, symbol: int) -> int:
        """The state after a symbol; worked out once, then looked up."""
        known = int(self.step[state, symbol])
        if known < 0:
            known = self.step[state, symbol] = self._target(state, symbol)
        return known

    def starts(self, node: Node, symbol: int) -> bool:
        """Whether a segment that led to this node starts a new iteration of it."""
        id_, value = self.symbols[symbol]
        if node.loop.trigger.id != id_:
            return False
        own = node.loop.children[1:]
        return not any(isinstance(child, Segment) and _fits(child, id_, value) for child in own)

    def _target(self, state: int, symbol: int) -> int:
        if symbol == 0:
            return state
        id_, value = self.symbols[symbol]
        if id_ == "ST":
            return 1
        if state == OUTSIDE:
            return OUTSIDE
        count = len(self.nodes)
        unknown = state > count
        node = self.nodes[(state - count if unknown else state) - 1]
        # A value that means something elsewhere is no slip of the pen here.
        for loose in (False, True) if value is None else (False,):
            found = self._in_order(node, unknown, id_, value, loose) or self._out_of_order(node, id_, value, loose)
            if found:
                return found
        if not unknown and (found := self._without_counter(node, id_, value)):
            self.skipped = True
            return found
        opens = any(n.loop.trigger.id == id_ for n in self.nodes)
        return node.number + count if opens or unknown else node.number

    def _in_order(self, node: Node, unknown: bool, id_: str, value: str | None, loose: bool) -> int:
        """Look in the open loop and outwards, at or after the place reached in each."""
        place, here = (1, node) if node.number != 1 else (0, node)
        first = True
        while True:
            fitting = [
                child
                for child in self.children[here.number - 1][place:]
                if _fits(_trigger(child[1]), id_, value, loose)
                and not (unknown and first and isinstance(child[1], Segment) and id_ in self.of_names)
            ]
            if fitting and (not loose or len({_trigger(c[1]).name for c in fitting}) == 1):
                return fitting[0][0]
            if here.parent < 0:
                return 0
            place, here, first = here.place, self.nodes[here.parent - 1], False

    def _without_counter(self, node: Node, id_: str, value: str | None) -> int:
        """A loop of the transaction whose only missing parent is a bare counter: a CLP without its LX."""
        if node.parent > 1:
            return 0
        for number, child in self.children[0][node.place if node.parent == 1 else 1 :]:
            if isinstance(child, Loop) and child.trigger.id == "LX":
                for inner, grandchild in self.children[number - 1][1:]:
                    if isinstance(grandchild, Loop) and _fits(grandchild.trigger, id_, value):
                        return inner
        return 0

    def _out_of_order(self, node: Node, id_: str, value: str | None, loose: bool) -> int:
        """Look before the place reached, in loops whose open child has no loops inside."""
        while node.parent > 0:
            if any(isinstance(child, Loop) for child in node.loop.children):
                return 0
            for number, child in self.children[node.parent - 1][1 : node.place]:
                if not loose and _fits(_trigger(child), id_, value):
                    return number
            node = self.nodes[node.parent - 1]
        return 0


def _numbered(nodes: list[Node]) -> list[list[tuple[int, Segment | Loop]]]:
    """Each node's children, each with the state it leads to."""
    state = {(n.parent, n.place): n.number for n in nodes}
    return [
        [(state.get((node.number, i), node.number), child) for i, child in enumerate(node.loop.children)]
        for node in nodes
    ]


def _trigger(child: Segment | Loop) -> Segment:
    return child.trigger if isinstance(child, Loop) else child


def _fits(segment: Segment, id_: str, value: str | None, loose: bool = False) -> bool:
    if segment.id != id_:
        return False
    return loose or segment.values is None or value in segment.values


def _place(loop: Loop, parent: int, place: int, path: tuple[str, ...], nodes: list[Node]) -> None:
    node = Node(len(nodes) + 1, loop, parent, place, (*path, loop.id))
    nodes.append(node)
    for i, child in enumerate(loop.children):
        if isinstance(child, Loop):
            _place(child, node.number, i, node.path, nodes)


def _by(segment: Segment) -> int:
    return segment.by[0] if segment.by else 0


@lru_cache(maxsize=32)
def automaton(name: str) -> Automaton:
    """The automaton of a transaction's grammar (see grammar.transaction for names)."""
    grammar: Transaction = transaction(name)
    nodes: list[Node] = []
    _place(grammar.root, -1, 0, (), nodes)
    by: dict[str, int] = {}
    values: dict[str, set[str]] = {}
    for node in nodes:
        for child in node.loop.children:
            if isinstance(child, Segment):
                by[child.id] = max(by.get(child.id, 0), _by(child))
                values.setdefault(child.id, set()).update(child.values or ())
    ids = sorted(values)
    symbols: list[tuple[str, str | None]] = [("", None)]
    kind_of_code = np.zeros(CODES, np.uint8)
    by_element = np.zeros(len(ids) + 1, np.int8)
    symbol_of = np.zeros((len(ids) + 1, CODES), np.int16)
    for kind, id_ in enumerate(ids, 1):
        kind_of_code[pack(id_)] = kind
        by_element[kind] = by[id_]
        symbol_of[kind, :] = len(symbols)
        symbols.append((id_, None))
        for value in sorted(values[id_]):
            if pack(value):
                symbol_of[kind, pack(value)] = len(symbols)
                symbols.append((id_, value))
    step = np.full((2 * len(nodes) + 1, len(symbols)), -1, np.int16)
    step[:, 0] = np.arange(2 * len(nodes) + 1)
    number_of = {symbol: i for i, symbol in enumerate(symbols)}
    machine = Automaton(
        name, nodes, ["", *ids], kind_of_code, by_element, symbols, symbol_of, number_of, step,
        np.zeros(len(symbols), np.int16), of_names=_of_names(nodes), children=_numbered(nodes),
    )  # fmt: skip
    _mark_sure(machine)
    return machine


def _of_names(nodes: list[Node]) -> frozenset[str]:
    named = [node.loop.children[1:] for node in nodes if node.loop.trigger.id in ("NM1", "N1")]
    return frozenset(child.id for children in named for child in children if isinstance(child, Segment))


def _mark_sure(machine: Automaton) -> None:
    """Find the symbols that start one loop only and mean nothing else anywhere."""
    by_id: dict[str, list[int]] = {}
    for symbol, (id_, _) in enumerate(machine.symbols):
        by_id.setdefault(id_, []).append(symbol)
    uses: dict[int, set[int]] = {}
    for node, children in zip(machine.nodes, machine.children, strict=True):
        for number, child in children[0 if node.number == 1 else 1 :]:
            segment = _trigger(child)
            own = segment.values
            for symbol in by_id[segment.id]:
                if own is None or machine.symbols[symbol][1] in own:
                    uses.setdefault(symbol, set()).add(number)
    for symbol, numbers in uses.items():
        (id_, value), number = machine.symbols[symbol], min(numbers)
        plain = value is not None or len(by_id[id_]) == 1
        if plain and len(numbers) == 1 and number != 1 and machine.starts(machine.nodes[number - 1], symbol):
            machine.sure[symbol] = number
    machine.sure[machine.number_of[("ST", None)]] = 1


def symbols_of(machine: Automaton, index: Index, segments: Ints | None = None) -> NDArray[np.int16]:
    """The symbol of every segment of a block (or of these segments of it)."""
    code = index.code if segments is None else index.code.take(segments)
    kind = machine.kind_of_code.take(code)
    if compiled.kernel is not None:
        return _found_symbols(machine, index, kind, segments)
    cell = kind.astype(np.int32) * CODES
    element = machine.by_element.take(kind)
    for number in range(1, int(machine.by_element.max(initial=0)) + 1):
        rows = np.flatnonzero(element == number).astype(np.int32)
        if len(rows):
            cell[rows] += _values_at(index, rows if segments is None else segments.take(rows), number)
    return machine.symbol_of.reshape(-1).take(cell)


def _found_symbols(
    machine: Automaton, index: Index, kind: NDArray[np.uint8], segments: Ints | None
) -> NDArray[np.int16]:
    """`symbols_of` by the compiled kernel."""
    first, count = index.first, index.count
    if segments is not None:
        first, count = first.take(segments), count.take(segments)
    symbols = np.empty(len(kind), np.int16)
    compiled.kernel.symbols(
        index.data, index.element_end, index.component_at, index.components_until, first, count, kind,
        machine.by_element, machine.symbol_of, CODE_VALUE, symbols,
    )  # fmt: skip
    return symbols


def _values_at(index: Index, segments: Ints, element: int) -> NDArray[np.uint16]:
    """`pack` of the first component of an element of these segments."""
    places = index.places(segments)
    start, end = places.bounds(element)
    values = pack_at(index.data, start, end - start)
    # Few have components: their whole elements make no code of letters and digits, unless one of these separates them.
    plain = all(CODE_VALUE[marks.component] == BASE - 1 for _, marks in index.interchange_starts)
    composite = (np.flatnonzero(OTHER.take(values)) if plain else np.arange(len(segments))).astype(np.int32)
    if len(composite) and len(index.component_at):
        start, end = index.component_bounds(segments.take(composite), element, 1)
        values[composite] = pack_at(index.data, start, end - start)
    return values


def states_of(machine: Automaton, symbols: NDArray[np.int16]) -> Small:
    """The state after every segment: the loop it is in."""
    states = np.empty(len(symbols), np.int16)
    if compiled.kernel is not None:
        return _stepped(machine, symbols, states)
    seams = np.flatnonzero((machine.sure != 0).take(symbols)).astype(np.int32)
    if not len(seams) or seams[0] != 0:
        seams = np.concatenate([np.zeros(1, np.int32), seams])
    guess = machine.sure.take(symbols.take(seams)).astype(np.int32)
    if len(symbols):
        if not guess[0]:
            guess[0] = machine.target(OUTSIDE, int(symbols[0]))
        _run_together(machine, symbols, states, seams, guess)
        _mend(machine, symbols, states, seams)
    return states


def _stepped(machine: Automaton, symbols: NDArray[np.int16], states: Small) -> Small:
    """`states_of` by the compiled kernel: it stops at each step that is not worked out yet."""
    at, state, width = 0, OUTSIDE, machine.step.shape[1]
    while True:
        at = compiled.kernel.states(machine.step, width, symbols, states, at, state)
        if at == len(symbols):
            return states
        state = int(states[at - 1]) if at else OUTSIDE
        machine.target(state, int(symbols[at]))


def _run_together(machine: Automaton, symbols: NDArray[np.int16], states: Small, seams: Ints, guess: Ints) -> None:
    """Step all pieces forward at once, the longest first; the last few go one segment at a time."""
    length = np.diff(np.append(seams, len(symbols)))
    order = np.argsort(-length, kind="stable")
    begin, state, length = seams[order], guess[order], length[order]
    states[begin] = state
    running = np.searchsorted(-length, -np.arange(int(length[0])), side="left")
    width = machine.step.shape[1]
    flat = machine.step.reshape(-1)
    k = 1
    while k < int(length[0]) and running[k] >= FEW:
        active = int(running[k])
        at = begin[:active] + k
        now = state[:active] * width + symbols.take(at)
        after = flat.take(now)
        if after.min() < 0:
            for pair in np.unique(now[after < 0]):
                machine.target(int(pair) // width, int(pair) % width)
            after = flat.take(now)
        states[at] = after
        state = after.astype(np.int32)
        k += 1
    left = int(running[k]) if k < int(length[0]) else 0
    for piece in range(left):
        here = int(begin[piece])
        _walk(machine, symbols, states, here + k, here + int(length[piece]))


def _walk(machine: Automaton, symbols: NDArray[np.int16], states: Small, at: int, stop: int) -> None:
    """Step one piece forward, segment by segment, from the state before `at`."""
    state = int(states[at - 1])
    found = []
    for symbol in symbols[at:stop].tolist():
        state = machine.target(state, symbol)
        found.append(state)
    states[at:stop] = found


def _mend(machine: Automaton, symbols: NDArray[np.int16], states: Small, seams: Ints) -> None:
    """Check every seam and run again the pieces whose guess the real past does not bear out."""
    if len(seams) < 2:
        return
    stops = np.append(seams[1:], len(symbols))
    before, at = states.take(seams[1:] - 1).astype(np.int32), symbols.take(seams[1:])
    width = machine.step.shape[1]
    pairs = before * width + at
    for pair in np.unique(pairs):
        machine.target(int(pair) // width, int(pair) % width)
    wrong = machine.step.reshape(-1).take(pairs) != states.take(seams[1:])
    piece = int(np.argmax(wrong)) + 1 if wrong.any() else len(seams)
    suspects = set((np.flatnonzero(wrong) + 1).tolist())
    while piece < len(seams):
        at_seam, stop = int(seams[piece]), int(stops[piece])
        real = machine.target(int(states[at_seam - 1]), int(symbols[at_seam]))
        if real != int(states[at_seam]):
            states[at_seam] = real
            _walk(machine, symbols, states, at_seam + 1, stop)
            suspects.add(piece + 1)
        suspects.discard(piece)
        later = [p for p in suspects if p > piece]
        piece = min(later) if later else len(seams)


def starts_table(machine: Automaton) -> NDArray[np.bool_]:
    """[state, symbol] → whether a segment with that symbol, ending in that state, starts a new loop."""
    table = np.zeros(machine.step.shape, bool)
    for node in machine.nodes:
        for symbol, (id_, _) in enumerate(machine.symbols):
            if id_ == node.loop.trigger.id and machine.starts(node, symbol):
                table[node.number, symbol] = True
    return table
