"""Figures escape what they are given and say in words what they draw."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from django.utils import translation

from deploy.interface import components, figures, figures_graph, figures_map, figures_topology
from deploy.interface.figures_map import MapPoint
from deploy.interface.layout import Node, lay_out, natural
from deploy.interface.states import STATES, worst

EVIL = '"><script>alert(1)</script>'
NOW = datetime(2026, 11, 23, 9, 58, tzinfo=UTC)  # 10:58 in Brussels


@pytest.fixture(autouse=True)
def _in_french():
    with translation.override("fr"):
        yield


def steady(minutes: int = 1440, step: int = 5, value: float = 7.0):
    return [(NOW - timedelta(minutes=m), value) for m in range(minutes, 0, -step)]


def test_it_escapes_every_text_it_is_given() -> None:
    node = Node(EVIL, EVIL, EVIL, "down", "ap", EVIL, link_label=EVIL, url=f"/x{EVIL}")
    drawn = [
        figures.icon("x", label=EVIL),
        figures.state_badge("ok", EVIL, EVIL),
        figures.state_badge(EVIL),
        figures.fixed_clock(EVIL),
        figures.clock(figures.Clock(60, 600, deadline=EVIL)),
        figures.avatar(EVIL, alone=True),
        figures.nobody(label=EVIL),
        figures.bar({"ok": 1}, EVIL),
        figures.strip([EVIL] * 4),
        figures.spark([1, 2], EVIL),
        figures_graph.graph(steady(), subject=EVIL, now=NOW, unit=EVIL, title=EVIL),
        figures_topology.topology([node, Node("b", EVIL, parent=EVIL)], EVIL),
        figures_map.region_map([MapPoint("down", 4.1, 50.4, "hainaut", EVIL, f"/{EVIL}")]),
        components.scope([(EVIL, f"/{EVIL}"), (EVIL, None)]),
        components.empty(EVIL, EVIL, f"/{EVIL}", EVIL),
        components.blocked(EVIL, EVIL),
        components.undo_toast(EVIL, f"/{EVIL}"),
    ]
    for html in drawn:
        assert "<script" not in html, html
        assert "&lt;script" in html or "script" not in html


def test_it_writes_well_formed_pictures() -> None:
    points = [*steady()[:200], (NOW - timedelta(minutes=5), None)]
    for html in (
        figures_graph.graph(points, subject="A & B", now=NOW),
        figures_topology.topology([Node("a", "A & B"), Node("b", "<b>", parent="a")]),
        figures_map.region_map([MapPoint("ok", 4, 50.4), MapPoint("down", 5, 50.4, label="É&")]),
        figures.strip(["ok", "down"]),
    ):
        ET.fromstring(html)


def test_a_badge_never_shows_a_colour_alone() -> None:
    for key, state in STATES.items():
        html = figures.state_badge(key)
        assert f"ti-{state.icon}" in html
        assert str(state.word) in html


def test_an_unheard_of_state_is_unknown_and_not_healthy() -> None:
    assert "s-unknown" in figures.state_badge("mystery")


def test_worst_comes_first() -> None:
    assert worst(["ok", "suspect", "down"]) == "down"
    assert worst([]) == "ok"


@pytest.mark.parametrize(
    ("left_s", "total_s", "state", "words"),
    [
        (7_560, 10_800, "ok", "reste 2 h 06"),
        (3_000, 10_800, "suspect", "reste 0 h 50"),
        (1_200, 10_800, "degraded", "reste 0 h 20"),
        (-2_760, 10_800, "down", "dépassé 0 h 46"),
        (93_600, 100_000, "ok", "reste 1 j 02 h"),
    ],
)
def test_a_clock_says_what_is_left(left_s: int, total_s: int, state: str, words: str) -> None:
    clock = figures.Clock(left_s, total_s)
    assert clock.state == state
    assert clock.text.replace("\u00a0", " ") == words


def test_a_paused_clock_neither_counts_nor_ticks() -> None:
    html = figures.clock(figures.Clock(60, 600, paused=True))
    assert "en pause" in html
    assert "data-left" not in html


def test_a_strip_tells_its_hours() -> None:
    html = figures.strip(["ok"] * 40 + ["degraded"] * 3 + ["down"] * 5)
    assert "en panne 2 h 30" in html.replace("\u00a0", " ")
    assert "dégradé 1 h 30" in html.replace("\u00a0", " ")
    assert html.count("<rect") == 48


def test_a_rare_state_stays_visible_in_a_bar() -> None:
    html = figures.bar({"ok": 3_499, "down": 1})
    widths = [float(r.get("width", 0)) for r in ET.fromstring(html)]
    assert min(widths) >= 4  # of 1,000


def test_a_graph_tells_its_cuts_and_its_silence() -> None:
    cut = {NOW - timedelta(minutes=m) for m in (600, 605, 300)}
    points = [(at, None if at in cut else value) for at, value in steady()]
    points = [(at, None if at >= NOW - timedelta(minutes=54) else v) for at, v in points]
    html = figures_graph.graph(points, subject="SW-B1", now=NOW)
    words = html.replace("\u00a0", " ")
    assert "environ 7,0 ms, 2 coupures depuis 00:53, sans réponse depuis 10:08" in words
    assert words.count('fill="var(--degraded-solid)"') == 2
    assert "Voir en tableau" in words


def test_a_graph_invents_no_line_across_a_hole_in_the_readings() -> None:
    points = [p for p in steady() if not timedelta(hours=8) < NOW - p[0] < timedelta(hours=14)]
    html = figures_graph.graph(points, now=NOW)
    assert html.count('stroke="var(--accent)"') == 2
    assert "coupure" not in html  # a hole is no reading, not a silence


def test_a_graph_of_nothing_says_so() -> None:
    assert "Aucun relevé" in figures_graph.graph([], now=NOW)


def test_a_graph_of_every_ten_seconds_stays_small() -> None:
    points = [(NOW - timedelta(seconds=10 * n), 5.0 + n % 3) for n in range(8_640)]
    assert len(figures_graph.graph(points, now=NOW)) < 30_000


def test_alike_siblings_share_a_box_and_the_table_names_each() -> None:
    nodes = [Node("sw", "SW-B1", state="down", kind="switch", block="B")]
    nodes += [Node(f"ap{n}", f"AP-B{n}", "borne", "effect", "ap", "B", "sw") for n in range(9, 15)]
    html = figures_topology.topology(nodes)
    assert "AP-B9 à AP-B14" in html
    assert "6 bornes WiFi" in html
    assert html.count("<tr><td>") == 7


def test_siblings_in_different_states_are_not_hidden_in_one_box() -> None:
    nodes = [Node("sw", "SW", kind="switch")]
    nodes += [Node(f"a{n}", f"AP-{n}", "", "ok", "ap", "", "sw") for n in range(5)]
    nodes += [Node("a9", "AP-9", "", "down", "ap", "", "sw")]
    labels = {box.label for box in lay_out(nodes).boxes}
    assert labels == {"SW", "AP-0 à AP-4", "AP-9"}


@pytest.mark.parametrize("count", [3, 20, 80])
def test_no_two_boxes_overlap(count: int) -> None:
    nodes = [Node("op", "Opérateur", kind="operator"), Node("rt", "RT", kind="router", parent="op")]
    for n in range(count):
        switch = f"sw{n % max(1, count // 8)}"
        if not any(node.id == switch for node in nodes):
            nodes.append(Node(switch, switch, "", "ok", "switch", f"B{n % 3}", "rt"))
        state = ["ok", "down", "effect"][n % 3]
        nodes.append(Node(f"d{n}", f"D{n}", "", state, "ap", f"B{n % 3}", switch))
    layout = lay_out(nodes)
    boxes = layout.boxes
    for i, a in enumerate(boxes):
        assert a.x + a.width <= layout.width
        assert a.y + 46 <= layout.height
        for b in boxes[i + 1 :]:
            apart = abs(a.y - b.y) >= 46 or a.x + a.width <= b.x or b.x + b.width <= a.x
            assert apart, (a, b)


def test_a_wiring_loop_is_drawn_once() -> None:
    loop = [Node("a", "A", kind="switch", parent="b"), Node("b", "B", kind="switch", parent="a")]
    assert len(lay_out(loop).boxes) == 2


def test_numbers_inside_names_count_as_numbers() -> None:
    assert sorted(["AP-10", "AP-2", "IMP-1"], key=natural) == ["AP-2", "AP-10", "IMP-1"]


def test_near_troubles_join_and_far_ones_do_not() -> None:
    points = [MapPoint("down", 4.10, 50.46), MapPoint("degraded", 4.11, 50.46)]
    points += [MapPoint("suspect", 5.9, 50.5)]
    groups = figures_map.clusters(points, 372)
    assert sorted(group.count for group in groups) == [1, 2]
    assert groups[0].state == "down"


def test_a_site_without_coordinates_counts_for_its_province() -> None:
    html = figures_map.region_map([MapPoint("down", province="namur", label="École X")])
    assert "1 implantation en panne" in html
    assert "<tr><td>Namur</td>" in html
