"""The demo Region: two provinces' worth of schools that do not exist, and one that says no.

The first site tells the story of the interface guide: RT-1 → SW-A1 (port 24) → SW-B1 → the
access points of block B.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from deploy.lab.plan import (
    AuthorityPlan,
    DevicePlan,
    RegionPlan,
    RoomPlan,
    SchoolPlan,
    Security,
    SitePlan,
    Uplink,
    model,
)

WBE = "Wallonie-Bruxelles Enseignement"


def _rooms(building: str, floor: str, names: str, kind: str = "classroom") -> list[RoomPlan]:
    return [RoomPlan(name, building, floor, kind) for name in names.split("|")]


class _Wiring:
    """Collects the devices of a site, parents before children, and numbers them."""

    def __init__(self, slug: str, number: int, security: Security) -> None:
        self.slug, self.number, self.security = slug, number, security
        self.devices: list[DevicePlan] = []

    def add(
        self,
        name: str,
        key: str,
        room: str,
        uplink: tuple[str, str] | None = None,
        *,
        own: str = "",
        security: Security | None = None,
        ups: str = "",
        covers: Sequence[str] = (),
        clients: int = 0,
    ) -> None:
        """Stand a device in a room; ``uplink``: (device above, its port)."""
        product = model(key)
        cable = Uplink(*uplink, own or product.ports[0].name) if uplink else None
        self.devices.append(
            DevicePlan(
                site=self.slug,
                site_number=self.number,
                number=len(self.devices) + 1,
                name=name,
                model=product,
                room=room,
                uplink=cable,
                security=security or self.security,
                ups=ups,
                covers=tuple(covers),
                clients=clients,
            )
        )

    def access_points(
        self, key: str, switch: str, first_port: int, *, names: Sequence[str],
        rooms: Sequence[str], clients: int,
    ) -> None:  # fmt: skip
        """One access point per name on neighbouring ports; the rooms are dealt out evenly."""
        for place, name in enumerate(names):
            start = place * len(rooms) // len(names)
            stop = (place + 1) * len(rooms) // len(names)
            covered = rooms[start:stop]
            self.add(
                name, key, covered[0], (switch, str(first_port + place)),
                security=Security.V2C, covers=covered, clients=clients + place % 5,
            )  # fmt: skip


def _numbered(prefix: str, first: int, last: int) -> list[str]:
    return [f"{prefix}{n:02d}" for n in range(first, last + 1)]


def _classes(rooms: Iterable[RoomPlan], building: str) -> list[str]:
    """Names of the rooms of a building that WiFi reaches, floor by floor."""
    never = {"Gym", "At. 1", "At. 2"}
    return [
        room.name
        for room in rooms
        if room.building == building and room.kind != "technical" and room.name not in never
    ]


def _moulin() -> SitePlan:
    rooms = [
        *_rooms("Bloc A", "rez", "A.01|A.03|A.04|A.05|A.06|A.07"),
        *_rooms("Bloc A", "rez", "CDI|Étude|Info", "teaching"),
        *_rooms("Bloc A", "rez", "A.02", "technical"),
        *_rooms("Bloc A", "1er", "A.11|A.12|A.13|A.14|A.15|A.16|A.17|A.18|A.19"),
        *_rooms("Bloc A", "1er", "Labo 1|Labo 2", "teaching"),
        *_rooms("Bloc A", "1er", "Profs", "staff"),
        *_rooms("Bloc A", "2e", "A.21|A.22|A.23|A.24|A.25|A.26|A.27|A.28|A.29|A.30|A.31|A.32"),
        *_rooms("Bloc B", "rez", "B.01|B.02|B.04|B.05|B.06"),
        *_rooms("Bloc B", "rez", "Gym|At. 1|At. 2", "teaching"),
        *_rooms("Bloc B", "rez", "B.03", "technical"),
        *_rooms("Bloc B", "1er", "B.07|B.08|B.09|B.10|B.11"),
        *_rooms("Bloc B", "1er", "Profs B", "staff"),
    ]
    wiring = _Wiring("moulin", 11, Security.SHA256)
    wiring.add("RT-1", "router", "A.02", ups="OND-1")
    wiring.add("SW-A1", "switch48", "A.02", ("RT-1", "ether2"), own="48", ups="OND-1")
    wiring.add("OND-1", "ups", "A.02", ("SW-A1", "46"), security=Security.V2C)
    wiring.add("SRV-1", "server", "A.02", ("SW-A1", "47"), ups="OND-1", security=Security.SHA1)
    wiring.add("SW-B1", "switch24", "B.03", ("SW-A1", "24"), own="1")
    wiring.access_points(
        "ap6",
        "SW-A1",
        1,
        names=_numbered("AP-A", 1, 12),
        rooms=_classes(rooms, "Bloc A"),
        clients=19,
    )
    wiring.access_points(
        "ap5",
        "SW-B1",
        2,
        names=_numbered("AP-B", 11, 16),
        rooms=_classes(rooms, "Bloc B"),
        clients=14,
    )
    wiring.add("IMP-B1", "printer", "B.01", ("SW-B1", "20"), security=Security.V2C)
    return SitePlan(
        slug="moulin", number=11, name="Moulin", school="10238", fase_number="20417",
        province="namur", address="Rue du Moulin 14", postcode="5999", municipality="Marvelle",
        latitude=50.372, longitude=4.871, phone="081 00 00 40",
        pupils=(("secondaire", 561), ("cefa", 51)),
        rooms=tuple(rooms), devices=tuple(wiring.devices),
    )  # fmt: skip


def _remparts() -> SitePlan:
    rooms = [
        *_rooms("Remparts", "rez", "R.1|R.2|R.3|R.4"),
        *_rooms("Remparts", "rez", "Profs", "staff"),
        *_rooms("Remparts", "rez", "Local réseau", "technical"),
    ]
    wiring = _Wiring("remparts", 12, Security.SHA256)
    wiring.add("RT-1", "router", "Local réseau")
    wiring.add("SW-1", "switch24", "Local réseau", ("RT-1", "ether2"), own="24")
    wiring.access_points(
        "ap6", "SW-1", 1, names=["AP-R1", "AP-R2"], rooms=_classes(rooms, "Remparts"), clients=11
    )
    return SitePlan(
        slug="remparts", number=12, name="Remparts", school="10238", fase_number="20418",
        province="namur", address="Rue des Remparts 3", postcode="5999", municipality="Marvelle",
        latitude=50.377, longitude=4.884, phone="081 00 00 41", pupils=(("secondaire", 96),),
        rooms=tuple(rooms), devices=tuple(wiring.devices),
    )  # fmt: skip


def _bruyeres() -> SitePlan:
    rooms = [
        *_rooms("Bâtiment", "rez", "M1|M2|M3|P1|P2"),
        *_rooms("Bâtiment", "1er", "P3|P4|P5|P6"),
        *_rooms("Bâtiment", "1er", "Salle des maîtres", "staff"),
        *_rooms("Bâtiment", "rez", "Réserve", "technical"),
    ]
    wiring = _Wiring("bruyeres", 13, Security.SHA1)
    wiring.add("RT-1", "router", "Réserve")
    wiring.add("SW-1", "switch24", "Réserve", ("RT-1", "ether2"), own="24")
    wiring.access_points(
        "ap5", "SW-1", 1, names=_numbered("AP-", 1, 4), rooms=_classes(rooms, "Bâtiment"), clients=9
    )
    wiring.add("IMP-1", "printer", "Salle des maîtres", ("SW-1", "12"), security=Security.V2C)
    return SitePlan(
        slug="bruyeres", number=13, name="Bruyères", school="10511", fase_number="20733",
        province="namur", address="Chemin des Bruyères 8", postcode="5998",
        municipality="Fosse-le-Comte", latitude=50.288, longitude=4.712, phone="081 00 00 51",
        pupils=(("maternel", 78), ("primaire", 153)),
        rooms=tuple(rooms), devices=tuple(wiring.devices),
    )  # fmt: skip


def _kastanienhof() -> SitePlan:
    rooms = [
        *_rooms("Haupthaus", "EG", "K1|K2|1A|1B"),
        *_rooms("Haupthaus", "1. OG", "2A|3A|4A"),
        *_rooms("Haupthaus", "1. OG", "Lehrerzimmer", "staff"),
        *_rooms("Haupthaus", "EG", "Technikraum", "technical"),
    ]
    wiring = _Wiring("kastanienhof", 14, Security.SHA256)
    wiring.add("RT-1", "router", "Technikraum")
    wiring.add("SW-1", "switch24", "Technikraum", ("RT-1", "ether2"), own="24")
    wiring.access_points(
        "ap6",
        "SW-1",
        1,
        names=_numbered("AP-", 1, 3),
        rooms=_classes(rooms, "Haupthaus"),
        clients=12,
    )
    wiring.add("IMP-1", "printer", "Lehrerzimmer", ("SW-1", "10"), security=Security.V2C)
    return SitePlan(
        slug="kastanienhof", number=14, name="Kastanienhof", school="DG-0417", fase_number=None,
        province="liege", address="Am Kastanienhof 2", postcode="4799",
        municipality="Weissenrath", latitude=50.421, longitude=6.112, phone="087 00 00 17",
        pupils=(("maternel", 52), ("primaire", 112)),
        rooms=tuple(rooms), devices=tuple(wiring.devices),
    )  # fmt: skip


def _marie_dumont() -> SitePlan:
    rooms = [
        *_rooms("Aile nord", "rez", "101|102|103|104|105"),
        *_rooms("Aile nord", "1er", "111|112|113|114|115"),
        *_rooms("Aile nord", "rez", "Salle serveur", "technical"),
        *_rooms("Aile sud", "rez", "201|202|203|204"),
        *_rooms("Aile sud", "rez", "Atelier|Cyber", "teaching"),
        *_rooms("Aile sud", "1er", "Salle des profs", "staff"),
        *_rooms("Aile sud", "rez", "Armoire sud", "technical"),
    ]
    wiring = _Wiring("dumont", 15, Security.SHA1)
    wiring.add("RT-1", "router", "Salle serveur", ups="OND-1")
    wiring.add("SW-1", "switch48", "Salle serveur", ("RT-1", "ether2"), own="48", ups="OND-1")
    wiring.add("OND-1", "ups", "Salle serveur", ("SW-1", "46"), security=Security.V2C)
    wiring.add("SW-2", "switch24", "Armoire sud", ("SW-1", "40"), own="1")
    wiring.access_points(
        "ap6",
        "SW-1",
        1,
        names=_numbered("AP-N", 1, 3),
        rooms=_classes(rooms, "Aile nord"),
        clients=21,
    )
    wiring.access_points(
        "ap5",
        "SW-2",
        2,
        names=_numbered("AP-S", 1, 3),
        rooms=_classes(rooms, "Aile sud"),
        clients=17,
    )
    wiring.add("IMP-1", "printer", "Salle des profs", ("SW-2", "20"), security=Security.V2C)
    return SitePlan(
        slug="dumont", number=15, name="Centre", school="10846", fase_number="21302",
        province="liege", address="Place du Pont 21", postcode="4797",
        municipality="Hollogne-le-Pont", latitude=50.612, longitude=5.487, phone="04 000 00 61",
        pupils=(("secondaire", 861),),
        rooms=tuple(rooms), devices=tuple(wiring.devices),
    )  # fmt: skip


def _fontaine() -> SitePlan:
    rooms = [
        *_rooms("Pavillon", "rez", "1|2|3|4|5|6"),
        *_rooms("Pavillon", "rez", "Salle des maîtres", "staff"),
        *_rooms("Pavillon", "rez", "Cave", "technical"),
    ]
    wiring = _Wiring("fontaine", 16, Security.SHA256)
    wiring.add("RT-1", "router", "Cave", ups="OND-1")
    wiring.add("SW-1", "switch24", "Cave", ("RT-1", "ether2"), own="24", ups="OND-1")
    wiring.add("OND-1", "ups", "Cave", ("SW-1", "22"), security=Security.V2C)
    wiring.access_points(
        "ap5", "SW-1", 1, names=_numbered("AP-", 1, 3), rooms=_classes(rooms, "Pavillon"), clients=8
    )
    return SitePlan(
        slug="fontaine", number=16, name="Fontaine", school="10977", fase_number="21455",
        province="luxembourg", address="Rue de la Fontaine 1", postcode="6999",
        municipality="Sart-Meurant", latitude=49.914, longitude=5.383, phone="063 00 00 12",
        pupils=(("maternel", 71), ("primaire", 136)), decentralised=True,
        rooms=tuple(rooms), devices=tuple(wiring.devices),
    )  # fmt: skip


def _aldegonde() -> SitePlan:
    rooms = [
        *_rooms("Parc", "rez", "E1|E2|E3|E4"),
        *_rooms("Parc", "1er", "E5|E6|E7|E8"),
        *_rooms("Parc", "rez", "Régie", "technical"),
    ]
    wiring = _Wiring("aldegonde", 17, Security.V2C)
    wiring.add("RT-1", "router", "Régie")
    wiring.add("SW-1", "switch24", "Régie", ("RT-1", "ether2"), own="24")
    wiring.access_points(
        "ap6", "SW-1", 1, names=_numbered("AP-", 1, 4), rooms=_classes(rooms, "Parc"), clients=20
    )
    return SitePlan(
        slug="aldegonde", number=17, name="Parc", school="11204", fase_number="21880",
        province="hainaut", address="Avenue du Parc 30", postcode="6599",
        municipality="Mauroy-sur-Sambre", latitude=50.318, longitude=4.109,
        phone="071 00 00 77", pupils=(("secondaire", 744),),
        rooms=tuple(rooms), devices=tuple(wiring.devices),
    )  # fmt: skip


REGION = RegionPlan(
    authorities=(
        AuthorityPlan(WBE, "90001", "wbe", ("2025-02-14", "V. Maréchal")),
        AuthorityPlan("Commune de Fosse-le-Comte", "90317", "cecp", ("2025-04-02", "L. Piron")),
        AuthorityPlan("Gemeinde Weissenrath", "90402", "dg", ("2025-05-19", "G. Heinen")),
        AuthorityPlan("ASBL Fontaine-aux-Grives", "90633", "segec", ("2025-03-20", "M. Colas")),
        AuthorityPlan("ASBL Institut Sainte-Aldegonde", "90718", "segec",
                      ("2025-06-11", "J. Mathot")),
    ),
    schools=(
        SchoolPlan("10238", "Athénée royal Jeanne-Lannoy", WBE,
                   supervision=("2025-03-03", "B. Hanquet")),
        SchoolPlan("10511", "École fondamentale des Bruyères", "Commune de Fosse-le-Comte",
                   supervision=("2025-04-15", "C. Wuillaume")),
        SchoolPlan("DG-0417", "Gemeindeschule Am Kastanienhof", "Gemeinde Weissenrath",
                   scheme="dg", community="dg", supervision=("2025-05-26", "H. Velz")),
        SchoolPlan("10846", "Athénée royal Marie-Dumont", WBE,
                   supervision=("2025-03-10", "P. Gillard")),
        SchoolPlan("10977", "École libre de la Fontaine-aux-Grives", "ASBL Fontaine-aux-Grives",
                   supervision=("2025-03-27", "A. Rossignon")),
        SchoolPlan("11204", "Institut Sainte-Aldegonde", "ASBL Institut Sainte-Aldegonde"),
    ),
    sites=(
        _moulin(), _remparts(), _bruyeres(), _kastanienhof(), _marie_dumont(), _fontaine(),
        _aldegonde(),
    ),
)  # fmt: skip
