"""A change counts whoever makes it; a device's life is told step by step."""

from __future__ import annotations

from inventory.actions.note_moves import note_moves
from inventory.models import Device, DeviceMove, DeviceState
from tests.cast import Cast, make_device, make_room


def test_a_change_counts_and_a_write_that_changes_nothing_does_not(cast: Cast):
    device = make_device(cast.tilleuls, "PC-1")
    Device.objects.filter(pk=device.pk).update(notes="vitre fendue")
    once = Device.objects.get(pk=device.pk)
    once.save()
    assert (once.version, Device.objects.get(pk=device.pk).version) == (2, 2)
    assert once.changed_at > device.changed_at


def test_who_writes_an_old_version_back_cannot_turn_the_count_back(cast: Cast):
    device = make_device(cast.tilleuls, "PC-1")
    Device.objects.filter(pk=device.pk).update(notes="a")
    device.notes = "b"
    device.save()
    assert Device.objects.get(pk=device.pk).version == 3


def test_a_step_is_written_once_and_only_where_something_moved(cast: Cast):
    room = make_room(cast.tilleuls, "Local 12")
    moving, staying = make_device(cast.tilleuls, "PC-1"), make_device(cast.tilleuls, "PC-2")
    keys = [moving.pk, staying.pk]
    assert note_moves(keys, None) == 2
    assert note_moves(keys, None) == 0
    Device.objects.filter(pk=moving.pk).update(state=DeviceState.IN_REPAIR, room=room)
    assert note_moves(keys, cast.sofia, "écran fendu") == 1
    last = DeviceMove.objects.filter(device=moving).first()
    assert last is not None
    assert (last.state, last.room_text, last.actor, last.why) == (
        "in_repair", "Local 12", cast.sofia, "écran fendu",
    )  # fmt: skip
