"""The main job, as people live it: a fault becomes a ticket, and the ticket gets it repaired."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from deploy.bench.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.long]

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "img"


def picture(page: Any, name: str) -> None:
    """Renew a picture of the README, only when asked: ``PREAU_PICTURES=1 ./preau test``."""
    if os.environ.get("PREAU_PICTURES"):
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(PICTURES / f"{name}.png"))


def test_a_fault_becomes_a_ticket_and_gets_repaired(
    stack: Stack, sign_in: Callable[..., Any]
) -> None:
    # Claire, teacher, is calm; Sofia, at the helpdesk, has her queue open.
    claire, sofia, lab = sign_in("claire", width=390), sign_in("sofia"), sign_in("mehdi")
    claire.goto("/mon-ecole/")
    sofia.goto("/file/")
    expect(sofia.locator(".live").first).to_contain_text("En direct")
    wall = sign_in("sofia")
    wall.goto("/mur/")

    # Somebody pulls the plug of the switch of block B.
    lab.goto("/lab/?site=moulin")
    lab.get_by_role("button", name=re.compile(r"Débrancher : SW-B1$")).click()
    confirm = lab.locator("dialog[open] button", has_text="Débrancher")
    if confirm.count():
        confirm.first.click()

    # One ticket comes to the queue, without a reload, and nothing moves under the reader.
    pill = sofia.locator(".pill:visible")
    expect(pill).to_contain_text("1 nouveau", timeout=75_000)
    pill.click()
    row = sofia.locator("#rows tr", has_text="SW-B1")
    expect(row).to_have_count(1)

    # The wall shows one cause, its consequences folded.
    expect(wall.locator("main")).to_contain_text("SW-B1", timeout=30_000)
    wall.reload()  # the rows that waited behind “n nouveaux”
    picture(wall, "wall")

    # Claire reads it in plain words, without a reload.
    expect(claire.locator("h1").first).to_contain_text("bloc B", timeout=30_000)
    picture(claire, "my-school")

    # Sofia takes it and asks for a look.
    row.locator("a").first.click()
    sofia.wait_for_url(re.compile(r"/tickets/\d+"))
    number = int(re.search(r"/tickets/(\d+)", sofia.url)[1])
    sofia.get_by_role("button", name=re.compile("^Prendre")).click()
    expect(sofia.locator("#t-head")).to_contain_text("Sofia Lambrecht")
    picture(sofia, "ticket")
    sofia.get_by_role("button", name=re.compile("Demander un regard")).first.click()
    sofia.locator("dialog[open]").get_by_role("button", name="Demander").click()
    expect(sofia.locator("#t-head")).to_contain_text("Attend l’école")

    # Claire looks, only looks, and answers from her phone.
    claire.goto(f"/demandes/{number}/")
    claire.get_by_role("link", name=re.compile("regarder|Répondre|Regarder")).first.click()
    for _question in range(8):
        choices = claire.locator("main button[name=answer], main .choice")
        if claire.url.endswith(f"/demandes/{number}/") or not choices.count():
            break
        choices.first.click()
        claire.wait_for_load_state("domcontentloaded")
        onward = claire.get_by_role("button", name=re.compile("Continuer|Envoyer"))
        if onward.count():
            onward.first.click()
            claire.wait_for_load_state("domcontentloaded")
    expect(sofia.locator("#t-story")).to_contain_text("Claire Delcourt", timeout=15_000)

    # The plug is put back: everybody sees it, the ticket waits for a person because one acted.
    lab.goto("/lab/?site=moulin")
    lab.get_by_role("button", name=re.compile(r"^Réparer SW-B1$")).click()
    expect(sofia.locator("#t-cause")).to_contain_text("Rétabli", timeout=75_000)
    state = "SELECT state FROM helpdesk_ticket WHERE id = %s"
    assert stack.value(state, number) in ("in_progress", "waiting")
    sofia.get_by_role("button", name=re.compile("^Résoudre")).first.click()
    dialog = sofia.locator("dialog[open]")
    dialog.locator("input[name=mode]").first.check()
    dialog.get_by_role("button", name="Résoudre").click()
    expect(sofia.locator("#t-head")).to_contain_text("Résolu")
    tickets = (
        "SELECT count(DISTINCT ticket_id) FROM helpdesk_ticketcause"
        " WHERE linked_at > now() - interval '10 min'"
    )
    assert stack.value(tickets) == 1
