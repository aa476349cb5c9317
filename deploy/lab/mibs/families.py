"""What each family of devices measures of itself: load, heat, clients, battery, toner.

OIDs are those of the makers' or of the standard MIBs, named beside them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from deploy.lab.mibs import ENTERPRISES, MIB_2, Living, Rows
from deploy.lab.models_of_makers import Family
from deploy.lab.traffic import activity
from supervision.snmp import ber

HOST_STORAGE = (*MIB_2, 25, 2, 3, 1)  # HOST-RESOURCES-MIB hrStorageEntry
HOST_LOAD = (*MIB_2, 25, 3, 3, 1, 2)  # hrProcessorLoad
SENSOR = (*MIB_2, 99, 1, 1, 1)  # ENTITY-SENSOR-MIB entPhySensorEntry
POWER = (*MIB_2, 105, 1, 3, 1, 1)  # POWER-ETHERNET-MIB pethMainPseEntry
UPS = (*MIB_2, 33, 1)  # UPS-MIB (RFC 1628) upsObjects
SUPPLIES = (*MIB_2, 43, 11, 1, 1)  # Printer-MIB prtMarkerSuppliesEntry
MIKROTIK = (*ENTERPRISES, 14988, 1, 1, 3)  # MIKROTIK-MIB mtxrHealth
PROCURVE = (*ENTERPRISES, 11, 2, 14, 11, 5, 1)  # hpSwitch statistics and memory
UNIFI = (*ENTERPRISES, 41112, 1, 6, 1)  # UBNT-UniFi-MIB unifiWirelessMIB
ARUBA = (*ENTERPRISES, 14823, 2, 3, 3, 1, 2)  # AI-AP-MIB aiStateGroup
POWERNET = (*ENTERPRISES, 318, 1, 1, 1)  # PowerNet-MIB hardware.ups

SSID = b"Ecole"


def family_rows(device: Living) -> Rows:
    """Rows of the device's family."""
    return FAMILIES[device.plan.model.family](device)


def wobble(device: Living, low: float, high: float, crossed: float | None = None) -> float:
    """A value between ``low`` (quiet) and ``high`` (busy); ``crossed`` under that fault."""
    if crossed is not None and device.condition.crossed:
        return crossed
    share = min(activity(device.now) / 1.3, 1.0)
    return low + (high - low) * share + (device.plan.seed % 7) / 7 * (high - low) * 0.1


CROWD = 190
"""WiFi clients on one access point when its threshold is crossed."""


def clients(device: Living, share: float) -> Callable[[], bytes]:
    """WiFi clients of a radio that takes this share of them, rounded."""
    return _integer(
        lambda: (
            share
            * (CROWD if device.condition.crossed else device.plan.clients * activity(device.now))
            + 0.5
        )
    )


def _integer(read: Callable[[], float]) -> Callable[[], bytes]:
    return lambda: ber.integer(int(read()))


def _gauge(read: Callable[[], float]) -> Callable[[], bytes]:
    return lambda: ber.gauge32(max(0, int(read())))


def _storage(index: int, name: str, units: int, size: int, used: Callable[[], float]) -> Rows:
    """A line of hrStorageTable; ``used`` as a share of ``size``."""
    return {
        (*HOST_STORAGE, 1, index): ber.integer(index),
        (*HOST_STORAGE, 3, index): ber.octets(name.encode()),
        (*HOST_STORAGE, 4, index): ber.integer(units),
        (*HOST_STORAGE, 5, index): ber.integer(size),
        (*HOST_STORAGE, 6, index): _integer(lambda: used() * size),
    }


def _router(device: Living) -> Rows:
    rows: Rows = {
        (*HOST_LOAD, core): _integer(lambda: wobble(device, 2, 38, crossed=99))
        for core in range(1, 5)
    }
    rows.update(_storage(65536, "main memory", 1024, 262144, lambda: wobble(device, 0.2, 0.4)))
    tenths = lambda: wobble(device, 340, 410, crossed=780)  # noqa: E731
    rows[*MIKROTIK, 10, 0] = _integer(tenths)  # mtxrHlTemperature, tenths of °C
    rows[*MIKROTIK, 8, 0] = ber.integer(239)  # mtxrHlVoltage, tenths of V
    return rows


def _switch(device: Living) -> Rows:
    watts = 370
    drawn = 9 * sum(
        1
        for other in device.site.devices
        if other.uplink
        and other.uplink.device == device.plan.name
        and other.model.category == "access_point"
    )
    return {
        (*PROCURVE, 9, 6, 1, 0): _integer(lambda: wobble(device, 7, 35)),  # hpSwitchCpuStat, %
        (*PROCURVE, 1, 2, 1, 1, 1, 5, 1): ber.integer(114_000_000),  # hpLocalMemTotalBytes
        (*PROCURVE, 1, 2, 1, 1, 1, 6, 1): _integer(lambda: 114e6 - wobble(device, 40e6, 46e6)),
        (*SENSOR, 1, 11): ber.integer(8),  # celsius
        (*SENSOR, 2, 11): ber.integer(9),  # units
        (*SENSOR, 3, 11): ber.integer(0),
        (*SENSOR, 4, 11): _integer(lambda: wobble(device, 29, 36, crossed=68)),
        (*SENSOR, 5, 11): ber.integer(1),  # ok
        (*POWER, 2, 1): ber.gauge32(watts),
        (*POWER, 3, 1): ber.integer(1),  # on
        (*POWER, 4, 1): _gauge(lambda: drawn + wobble(device, 0, 20)),
    }


def _unifi(device: Living) -> Rows:
    rows: Rows = {}
    for radio, name in ((1, b"ng"), (2, b"na")):
        rows[*UNIFI, 1, 1, 3, radio] = ber.octets(name)
        rows[*UNIFI, 1, 1, 6, radio] = _integer(  # unifiRadioCuTotal, %
            lambda: wobble(device, 5, 48, crossed=95)
        )
    for index, band, share in ((1, b"ng", 0.3), (2, b"na", 0.7)):
        rows[*UNIFI, 2, 1, 6, index] = ber.octets(SSID)  # unifiVapEssId
        rows[*UNIFI, 2, 1, 8, index] = clients(device, share)  # unifiVapNumStations
        rows[*UNIFI, 2, 1, 9, index] = ber.octets(band)
    return rows


def _aruba(device: Living) -> Rows:
    plan = device.plan
    mac = tuple(bytes.fromhex(plan.mac.replace(":", "")))
    rows: Rows = {
        (*ARUBA, 1, 1, 2, *mac): ber.octets(plan.name.encode()),  # aiAPName
        (*ARUBA, 1, 1, 4, *mac): ber.octets(plan.serial.encode()),  # aiAPSerialNum
        (*ARUBA, 1, 1, 6, *mac): ber.octets(b"505"),  # aiAPModel
        (*ARUBA, 1, 1, 7, *mac): _integer(lambda: wobble(device, 4, 45)),  # aiAPCPUUtilization
        (*ARUBA, 1, 1, 11, *mac): ber.integer(1),  # aiAPStatus up
    }
    for radio, share in ((0, 0.7), (1, 0.3)):
        rows[*ARUBA, 2, 1, 8, *mac, radio] = _integer(  # aiRadioUtilization64, %
            lambda: wobble(device, 5, 48, crossed=95)
        )
        rows[*ARUBA, 2, 1, 21, *mac, radio] = clients(device, share)  # aiRadioClientNum
    return rows


def _ups(device: Living) -> Rows:
    def on_battery_s() -> float:
        since = device.condition.battery_since
        return 0.0 if since is None else max(0.0, device.now - since)

    def left() -> float:
        """Share of the battery that is left."""
        autonomy = device.condition.autonomy_s or 1.0
        return max(0.02, 1 - on_battery_s() / autonomy)

    def on_battery() -> bool:
        return device.condition.battery_since is not None

    def heat() -> float:
        return wobble(device, 23, 27, crossed=52)

    def load() -> float:
        return wobble(device, 22, 34)

    full_min = 24
    return {
        (*POWERNET, 2, 1, 1, 0): _integer(
            lambda: 3 if left() < 0.2 else 2
        ),  # upsBasicBatteryStatus
        (*POWERNET, 2, 2, 1, 0): _gauge(lambda: 100 * left()),  # upsAdvBatteryCapacity, %
        (*POWERNET, 2, 2, 2, 0): _gauge(heat),  # upsAdvBatteryTemperature
        (*POWERNET, 2, 2, 3, 0): lambda: ber.time_ticks(  # upsAdvBatteryRunTimeRemaining
            int(full_min * left() * 6000)
        ),
        (*POWERNET, 4, 1, 1, 0): _integer(lambda: 3 if on_battery() else 2),  # upsBasicOutputStatus
        (*POWERNET, 4, 2, 3, 0): _gauge(load),  # upsAdvOutputLoad, %
        (*UPS, 1, 1, 0): ber.octets(b"APC"),
        (*UPS, 1, 2, 0): ber.octets(device.plan.model.name.encode()),
        (*UPS, 2, 1, 0): _integer(lambda: 3 if left() < 0.2 else 2),  # batteryLow, batteryNormal
        (*UPS, 2, 2, 0): _integer(on_battery_s),  # upsSecondsOnBattery
        (*UPS, 2, 3, 0): _integer(lambda: full_min * left()),  # upsEstimatedMinutesRemaining
        (*UPS, 2, 4, 0): _integer(lambda: 100 * left()),  # upsEstimatedChargeRemaining, %
        (*UPS, 2, 7, 0): _integer(heat),  # upsBatteryTemperature
        (*UPS, 3, 3, 1, 3, 1): _integer(lambda: 0 if on_battery() else 231),  # upsInputVoltage
        (*UPS, 4, 1, 0): _integer(lambda: 5 if on_battery() else 3),  # upsOutputSource
        (*UPS, 4, 4, 1, 5, 1): _integer(load),  # upsOutputPercentLoad
        (*UPS, 6, 1, 0): _gauge(lambda: 1 if on_battery() else 0),  # upsAlarmsPresent
    }


def _printer(device: Living) -> Rows:
    rows: Rows = {
        (*MIB_2, 25, 3, 2, 1, 5, 1): _integer(  # hrDeviceStatus: running, warning
            lambda: 3 if device.condition.crossed else 2
        ),
        (*MIB_2, 25, 3, 5, 1, 1, 1): ber.integer(3),  # hrPrinterStatus idle
        (*MIB_2, 25, 3, 5, 1, 2, 1): lambda: ber.octets(  # lowToner is bit 2
            b"\x20" if device.condition.crossed else b"\x00"
        ),
        (*MIB_2, 43, 10, 2, 1, 4, 1, 1): lambda: ber.counter32(  # prtMarkerLifeCount
            18_000 + device.plan.seed % 9000 + int(device.now - 1_790_000_000) // 900
        ),
    }
    colours = ("Black Cartridge", "Cyan Cartridge", "Magenta Cartridge", "Yellow Cartridge")
    for index, colour in enumerate(colours, start=1):
        level = 25 + (device.plan.seed >> index) % 70
        rows[*SUPPLIES, 6, 1, index] = ber.octets(colour.encode())
        rows[*SUPPLIES, 8, 1, index] = ber.integer(100)
        rows[*SUPPLIES, 9, 1, index] = _integer(partial(_toner, device, index, level))
    return rows


def _toner(device: Living, index: int, level: int) -> float:
    """prtMarkerSuppliesLevel; black is what runs out."""
    return 3 if index == 1 and device.condition.crossed else level


def _server(device: Living) -> Rows:
    rows: Rows = {
        (*HOST_LOAD, 196608 + core): _integer(lambda: wobble(device, 3, 40)) for core in range(2)
    }
    rows.update(_storage(1, "Physical memory", 1024, 16_000_000, lambda: wobble(device, 0.4, 0.5)))
    rows.update(
        _storage(31, "/", 4096, 120_000_000, lambda: wobble(device, 0.62, 0.63, crossed=0.96))
    )
    return rows


FAMILIES: dict[Family, Callable[[Living], Rows]] = {
    Family.ROUTER: _router,
    Family.SWITCH: _switch,
    Family.UNIFI: _unifi,
    Family.ARUBA: _aruba,
    Family.UPS: _ups,
    Family.PRINTER: _printer,
    Family.SERVER: _server,
    Family.RECORDED: lambda device: {},  # it shows what was recorded of it
}
