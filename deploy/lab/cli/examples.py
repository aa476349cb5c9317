"""Running configurations to begin with: fictitious schools, and secrets as real ones hold."""

from __future__ import annotations

IOS = """hostname SW-B1
enable secret 5 $1$mERr$hx5rVt7rPNoS4wqbXKX7m0
username admin privilege 15 secret 9 $9$nhEmQVczB7dqsO$X.HsgL6x1il0RxkOSSvyQYwucySCt7qFm4v7pqCxkKM
ip domain-name moulin.example
vlan 10
 name gestion
vlan 20
 name eleves
vlan 30
 name wifi
interface GigabitEthernet0/1
 description vers le routeur
 switchport mode trunk
 switchport trunk allowed vlan 10,20,30
interface GigabitEthernet0/2
 description AP-B1-01
 switchport access vlan 30
interface GigabitEthernet0/3
 switchport access vlan 20
 shutdown
ntp server 192.0.2.10
ntp clock-period 36029056
logging host 192.0.2.20
snmp-server community ecole-lecture RO
snmp-server location Local technique B
radius-server host 192.0.2.30 key 7 0822455D0A16544541
line vty 0 4
 login local
 transport input ssh
"""

PROCURVE = """hostname "SW-B1"
password manager user-name "admin" sha1 "8bfa0b2c1d96fa0b1d1d2f0cce7b5a5ad5b0ad1c"
snmp-server community "ecole-lecture" operator
snmp-server location "Local technique B"
radius-server host 192.0.2.30 key "rayon-partage-7"
sntp server priority 1 192.0.2.10
timesync sntp
logging 192.0.2.20
interface 1
   name "vers le routeur"
interface 2
   name "AP-B1-01"
vlan 1
   name "DEFAULT_VLAN"
   no untagged 2-24
   untagged 1
vlan 10
   name "gestion"
   tagged 1
   untagged 24
vlan 20
   name "eleves"
   tagged 1
   untagged 3-23
vlan 30
   name "wifi"
   tagged 1-2
"""

AOSCX = """hostname SW-C1
user admin group administrators password ciphertext AQBapb1Cyp3ZVhOuDnIcFiSaDLJ8BmFMYgAAAH
radius-server host 192.0.2.30 key ciphertext AQBapVq1rzGTDVZOBBZmNWsBcg9zCQAAAA
ntp server 192.0.2.10
logging 192.0.2.20
snmp-server community ecole-lecture
vlan 1
vlan 10
    name gestion
vlan 20
    name eleves
interface 1/1/1
    no shutdown
    description vers le routeur
    vlan trunk native 1
    vlan trunk allowed all
interface 1/1/2
    no shutdown
    vlan access 20
"""

JUNOS = """set system host-name SW-D1
set system root-authentication encrypted-password "$6$Zo5cYc1x$m3yV8lqJ0eV1"
set system login user preau class super-user
set system ntp server 192.0.2.10
set system syslog host 192.0.2.20 any notice
set system radius-server 192.0.2.30 secret "$9$2q4JDqmT3n/"
set snmp community ecole-lecture authorization read-only
set interfaces ge-0/0/0 description "vers le routeur"
set interfaces ge-0/0/1 unit 0 family ethernet-switching vlan members eleves
set vlans gestion vlan-id 10
set vlans eleves vlan-id 20
"""
EXAMPLES = {
    "cisco_ios": IOS,
    "hp_procurve": PROCURVE,
    "aruba_aoscx": AOSCX,
    "juniper_junos": JUNOS,
}
