"""Every grammar is well-formed and says one thing: the audit."""

from __future__ import annotations

import pytest
import yaml

from caremonth.kernel.x12 import grammar as grammar_module
from caremonth.kernel.x12.checks.conditions import SIGNS
from caremonth.kernel.x12.checks.findings import catalogue
from caremonth.kernel.x12.checks.plan import plan
from caremonth.kernel.x12.checks.rules import Rules
from caremonth.kernel.x12.checks.values import CHECKS, shapes
from caremonth.kernel.x12.grammar import (
    FOLDER,
    TRANSACTIONS,
    GrammarError,
    Loop,
    Segment,
    code_lists,
    composite_notes,
    load_yaml,
    transaction,
    transaction_for,
)
from caremonth.kernel.x12.reference import pages

NAMES = ("envelope", *TRANSACTIONS)


@pytest.mark.parametrize("name", NAMES)
def test_a_grammar_loads_and_every_required_thing_has_a_name(name: str) -> None:
    found = transaction(name)
    assert found.title
    for _, segment in found.segments():
        assert segment.elements, segment
        assert segment.name == segment.name.lower()
        for element in segment.elements:
            assert element.high >= element.low >= 0
            if element.codes is not None:
                assert len(set(element.codes)) == len(element.codes), (segment.id, segment.name, element.name)
                for code in element.codes:
                    assert element.low <= len(code) <= element.high, (segment.id, segment.name, element.name, code)


@pytest.mark.parametrize("name", NAMES)
def test_segments_and_loops_of_one_loop_have_different_names(name: str) -> None:
    found = transaction(name)
    for loop in [found.root, *(loop for _, loop in found.loops())]:
        names = [child.name for child in loop.children if isinstance(child, Segment)]
        assert len(names) == len(set(names)), (loop.id, names)
    ids = {}
    for _, loop in found.loops():
        if loop.id == "LS":  # the standard gives the bracket around a loop no number
            continue
        assert ids.setdefault(loop.id, loop.children) is loop.children, f"{loop.id} means two things"


@pytest.mark.parametrize("name", NAMES)
def test_a_loop_starts_with_a_segment_that_comes_once(name: str) -> None:
    for _, loop in transaction(name).loops():
        assert loop.trigger.requirement == "R"
        assert loop.trigger.repeat == 1


@pytest.mark.parametrize("name", NAMES)
def test_twins_are_told_apart_by_their_codes(name: str) -> None:
    """Segments, and loops by their first segment, that may come at the same place share no code."""
    found = transaction(name)
    for loop in [found.root, *(loop for _, loop in found.loops())]:
        for group in _groups(loop):
            seen: dict[str, str] = {}
            for child in group:
                first = child.trigger if isinstance(child, Loop) else child
                assert len(group) == 1 or first.values is not None, (loop.id, first.id, first.name)
                for value in first.values or ():
                    assert value not in seen, (loop.id, first.id, value, seen[value], child.name)
                    seen[value] = child.name


def _groups(loop: Loop) -> list[list[Segment | Loop]]:
    groups: list[list[Segment | Loop]] = []
    previous = ""
    for child in loop.children:
        id_ = child.trigger.id if isinstance(child, Loop) else child.id
        if id_ != previous:
            groups.append([])
        groups[-1].append(child)
        previous = id_
    return groups


@pytest.mark.parametrize("name", NAMES)
def test_a_segment_id_comes_at_one_place_of_a_loop_or_is_told_apart(name: str) -> None:
    """The same segment id in two groups of a loop needs codes that tell which is meant."""
    for _, loop in transaction(name).loops():
        places: dict[str, list[set[str] | None]] = {}
        for group in _groups(loop):
            first = group[0].trigger if isinstance(group[0], Loop) else group[0]
            codes: set[str] | None = set()
            for child in group:
                values = (child.trigger if isinstance(child, Loop) else child).values
                codes = None if values is None or codes is None else codes | set(values)
            places.setdefault(first.id, []).append(codes)
        for id_, found in places.items():
            for i, one in enumerate(found):
                for other in found[i + 1 :]:
                    assert one is not None and other is not None and not one & other, (loop.id, id_, one, other)


@pytest.mark.parametrize("name", TRANSACTIONS)
def test_rules_name_segments_and_elements_that_exist(name: str) -> None:
    made = plan(name)
    for rule in transaction(name).rules:
        assert rule["because"] and rule["rule"]
        made.node_named(rule["loop"])
        assert set(rule) <= {"rule", "loop", "because", "when", "need", "refuse", "must", "amount", "same"}
        for field in ("when", "need", "refuse", "must", "amount", "same"):
            said_of = list(rule.get(field, ()))
            for said in [*said_of, *(rule["same"].values() if field == "same" and said_of else ())]:
                segment, _, place = said.partition("=")[0].partition(".")
                node = made.node_named(segment)
                element, _, component = place.partition("-")
                if element:
                    found = node.segment.elements[int(element) - 1]
                    assert found.requirement != "N", (rule["rule"], said)
                    assert not component or found.components[int(component) - 1].requirement != "N"
                wanted = rule[field].get(said) if isinstance(rule[field], dict) else None
                assert field != "amount" or wanted in SIGNS, (rule["rule"], said)
                if isinstance(wanted, list) and element and found.codes is not None and not component:
                    assert set(wanted) <= set(found.codes), (rule["rule"], said)
    for loop, said in transaction(name).once:
        segment, _, place = said.partition(".")
        made.node_named(loop)
        assert made.node_named(segment).segment.elements[int(place) - 1].requirement != "N", said
    if transaction(name).item:
        made.node_named(transaction(name).item.partition(".")[0])
    for cut in transaction(name).cut:
        assert made.node_named(cut).number in made.cuts


@pytest.mark.parametrize("name", TRANSACTIONS)
def test_syntax_notes_and_shapes_name_elements_that_exist(name: str) -> None:
    for _, segment in transaction(name).segments():
        for note in segment.notes:
            assert note[0] in "PRECL" and len(note) % 2 == 1
            for i in range(1, len(note), 2):
                assert 1 <= int(note[i : i + 2]) <= len(segment.elements), (segment.id, note)
        for said in segment.kinds.values():
            named = [said] if isinstance(said, str) else [v for k, v in said.items() if k != "by"]
            for shape in named:
                assert shape in shapes() or shape in code_lists(), (segment.id, shape)
    Rules.of(plan(name))


def test_notes_on_composites_name_components_that_exist() -> None:
    parts = {name: len(elements) for name, elements in load_yaml("segments")["composites"].items()}
    for name, notes in composite_notes().items():
        for note in notes:
            assert note[0] in "PRECL" and len(note) % 2 == 1
            assert all(1 <= int(note[i : i + 2]) <= parts[name] for i in range(1, len(note), 2)), (name, note)


def test_code_lists_hold_texts_and_say_what_they_are() -> None:
    data = load_yaml("codes")
    for name, entry in data["lists"].items():
        assert entry["about"], name
        assert all(isinstance(value, str) for value in entry["values"]), name
        assert len(set(entry["values"])) == len(entry["values"]), name


def test_shapes_have_a_pattern_or_a_check_and_a_finding() -> None:
    for name, shape in shapes().items():
        assert ("pattern" in shape) != ("check" in shape), name
        assert shape["finding"] in catalogue(), name
        assert "check" not in shape or shape["check"] in CHECKS, name


def test_every_finding_says_what_is_wrong_what_to_do_and_how_an_acknowledgement_puts_it() -> None:
    for name, entry in catalogue().items():
        assert entry["says"] and entry["do"], name
        assert entry["severity"] in ("error", "claim", "warning"), name
        assert entry["snip"] in (1, 2, 3, 4, 5), name
        assert {"ta1", "group", "transaction", "segment", "element"} & set(entry), name


def test_no_key_is_written_twice_in_a_grammar_file() -> None:
    class Strict(yaml.SafeLoader):
        pass

    def no_duplicates(loader: yaml.SafeLoader, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        keys = [loader.construct_object(key) for key, _ in node.value]
        assert len(keys) == len(set(keys)), [key for key in keys if keys.count(key) > 1]
        return yaml.SafeLoader.construct_mapping(loader, node, deep)

    Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, no_duplicates)
    for file in sorted(FOLDER.iterdir(), key=str):
        if str(file).endswith(".yaml"):
            yaml.load(file.read_text(encoding="utf-8"), Loader=Strict)


def test_versions_of_the_index_are_those_of_the_grammars() -> None:
    for name in TRANSACTIONS:
        found = transaction(name)
        purpose = "11" if name == "278_response" else "13"
        for version in found.versions:
            assert transaction_for(found.set, version, purpose) is found, (name, version)


@pytest.mark.parametrize(
    ("tree", "why"),
    [
        ("tree: {'ST header': ''}", "a key reads"),
        ("tree: {ST header R1: 9!}", "has no element 9"),
        ("tree: {ST header R1: one}", "not an element"),
        ("tree: {QQQ header R1: '1!'}", "no segment QQQ"),
        ("tree: {ST header R1: '1!=@nowhere'}", "no list"),
        ("tree: {HI codes R1: '1 1-10!'}", "no component 10"),
    ],
)
def test_a_broken_grammar_is_refused_with_its_reason(tree: str, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"{{transaction: broken, title: broken, {tree}}}"
    real = load_yaml
    monkeypatch.setattr(
        grammar_module, "load_yaml", lambda name: yaml.safe_load(text) if name == "broken" else real(name)
    )
    transaction.cache_clear()
    with pytest.raises(GrammarError, match=why):
        transaction("broken")
    transaction.cache_clear()


def test_reference_pages_name_every_loop_segment_finding_and_code_list() -> None:
    made = pages()
    for name in TRANSACTIONS:
        page = made[f"{name}.md"]
        for _, loop in transaction(name).loops():
            assert loop.id in page
        for _, segment in transaction(name).segments():
            assert segment.name.replace("_", " ") in page
        for rule in transaction(name).rules:
            assert rule["rule"] in page
    for name in catalogue():
        assert f"| {name} |" in made["findings.md"]
    for name in code_lists():
        assert f"## {name}\n" in made["code-lists.md"]
    assert pages() == made
