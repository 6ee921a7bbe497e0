#!/usr/bin/python3
"""make-mmdb.py FOLDER STAMP: writes the databases that tests look hosts up in, then the empty file STAMP.

The format is MaxMind DB 2.0 (https://maxmind.github.io/MaxMind-DB/): a binary tree over the bits of an address, the
records that its leaves point to, and metadata. What each file holds is what its maker's files hold; addresses, numbers
and names are those set aside for documentation (RFC 5737, 3849, 5398).
"""

import ipaddress
import struct
import sys
from pathlib import Path

BUILT = 1790000000  # 2026-09-21
DATA_SEPARATOR = bytes(16)
METADATA_MARKER = b"\xab\xcd\xefMaxMind.com"
POINTER, TEXT, DOUBLE, BYTES, UINT16, UINT32, MAP, INT32, UINT64, UINT128, ARRAY, _, _, BOOLEAN, FLOAT = range(1, 16)


class Typed:
    """A number in a type other than the usual one."""

    def __init__(self, kind, value):
        self.kind, self.value = kind, value


def control(kind, size):
    """The byte or bytes that begin a field."""
    first, more = (kind << 5, b"") if kind < 8 else (0, bytes([kind - 7]))
    if size < 29:
        return bytes([first | size]) + more
    if size < 285:
        return bytes([first | 29]) + more + bytes([size - 29])
    return bytes([first | 30]) + more + (size - 285).to_bytes(2, "big")


def encode(value):
    """One field; a text may hold bytes that are no UTF-8, as surrogates."""
    if isinstance(value, Typed):
        if value.kind == INT32:
            return control(INT32, 4) + value.value.to_bytes(4, "big", signed=True)
        body = value.value.to_bytes((value.value.bit_length() + 7) // 8, "big")
        return control(value.kind, len(body)) + body
    if isinstance(value, bool):
        return control(BOOLEAN, int(value))
    if isinstance(value, int):
        return encode(Typed(UINT32, value))
    if isinstance(value, float):
        return control(DOUBLE, 8) + struct.pack(">d", value)
    if isinstance(value, str):
        body = value.encode(errors="surrogateescape")
        return control(TEXT, len(body)) + body
    if isinstance(value, dict):
        return control(MAP, len(value)) + b"".join(encode(key) + encode(item) for key, item in value.items())
    return control(ARRAY, len(value)) + b"".join(map(encode, value))


def insert(tree, bits, length, leaf):
    """Lets the tree, a list of pairs of nodes and leaves, lead the first bits of an address to the leaf."""
    node = 0
    for depth in range(length):
        side = bits[depth] == "1"
        if depth == length - 1:
            tree[node][side] = leaf
            return
        if tree[node][side] is None:
            tree.append([None, None])
            tree[node][side] = len(tree) - 1
        node = tree[node][side]


def pack(pair, size):
    """A node of two records of so many bits each."""
    left, right = pair
    if size == 28:
        middle = (left >> 24) << 4 | right >> 24
        return (left & 0xffffff).to_bytes(3, "big") + bytes([middle]) + (right & 0xffffff).to_bytes(3, "big")
    return left.to_bytes(size // 8, "big") + right.to_bytes(size // 8, "big")


def database(kind, networks, version=6, size=28, built=BUILT):
    """A whole file: its type, and {network: what is said of it}."""
    tree, data, places = [[None, None]], b"", {}
    for network, record in networks.items():
        network = ipaddress.ip_network(network)
        width = network.max_prefixlen
        bits = format(int(network.network_address), f"0{width}b")
        length = network.prefixlen
        if width == 32 and version == 6:
            bits, length = "0" * 96 + bits, length + 96
        field = encode(record)
        if field not in places:
            places[field] = len(data)
            data += field
        insert(tree, bits, length, (places[field],))
    count = len(tree)

    def record_of(entry):
        if entry is None:
            return count
        return count + len(DATA_SEPARATOR) + entry[0] if isinstance(entry, tuple) else entry

    metadata = {
        "binary_format_major_version": Typed(UINT16, 2), "binary_format_minor_version": Typed(UINT16, 0),
        "build_epoch": Typed(UINT64, built), "database_type": kind, "description": {"en": "for tests"},
        "ip_version": Typed(UINT16, version), "languages": ["en"], "node_count": count,
        "record_size": Typed(UINT16, size),
    }
    nodes = b"".join(pack(map(record_of, pair), size) for pair in tree)
    return nodes + DATA_SEPARATOR + data + METADATA_MARKER + encode(metadata)


def place(code, name):
    """A country as MaxMind, DB-IP and IP2Location write it."""
    return {"geoname_id": 2921044, "iso_code": code, "names": {"de": name, "en": name, "zh-CN": name}}


def autonomous(number, name):
    return {"autonomous_system_number": number, "autonomous_system_organization": name}


def files():
    """All of them: {name: bytes}."""
    country = {
        "192.0.2.0/24": {"continent": {"code": "EU"}, "country": place("DE", "Germany")},
        "198.51.100.0/24": {"registered_country": place("AU", "Australia")},
        "2001:db8::/32": {"country": place("fr", "France")},
    }
    hostile = "Evil\x1b[31m\n\u202eknab\udcff\udcfe" + "x" * 2000
    asn = {
        "192.0.2.0/24": autonomous(64496, "Example Networks"),
        "198.51.100.0/24": autonomous(4294967295, hostile),
        "203.0.113.0/24": {"autonomous_system_number": 64499},
        "2001:db8::/32": autonomous(65551, "Beispiel und Söhne"),
    }
    strange_countries = ["Germany", "D3", "ÄÖ", "D", "", "-", "ZZ", "D\0", 42, 1.5, True, ["DE"], {"code": "DE"}]
    strange_numbers = ["AS4294967296", "AS99999999999999999999", "ASX", "AS", "", "-1", " 7", "AS7 x", "AS0", 0,
                       Typed(INT32, -7), Typed(UINT64, 1 << 40), Typed(UINT128, 1 << 100), 7.0, True, ["AS7"]]
    strange = {"192.0.2.0/32": {"country": "SE", "asn": "AS64500", "as_name": "Sound"}}
    strange |= {f"198.51.100.{i}/32": {"country": value} for i, value in enumerate(strange_countries)}
    strange |= {f"203.0.113.{i}/32": {"asn": value, "as_name": "Odd"} for i, value in enumerate(strange_numbers)}
    strange |= {
        "192.0.2.1/32": {"asn": Typed(UINT64, 64501), "as_name": "-"},
        "192.0.2.2/32": {"asn": Typed(UINT16, 7), "as_name": ["no text"]},
        "192.0.2.3/32": {"asn": "64502", "as_name": ""},
        "192.0.2.4/32": "no map at all",
        "192.0.2.5/32": {},
    }
    many = {f"10.{i >> 8}.{i & 255}.0/24": {"country": place("DE" if i & 1 else "FR", f"Land {i}"),
                                           **autonomous(64512 + i % 1000, f"Network {i}")} for i in range(4000)}
    late = {f"10.{i >> 8}.{i & 255}.0/24": {"registered_country": {"n": i}} for i in range(2000)}
    return {
        "country.mmdb": database("GeoLite2-Country", country),
        "asn.mmdb": database("GeoLite2-ASN", asn, size=24),
        "city.mmdb": database("DBIP-City-Lite", {
            "192.0.2.0/24": {"city": {"names": {"en": "Bern"}}, "country": place("CH", "Switzerland"),
                             "location": {"latitude": 46.9, "longitude": 7.4}, "subdivisions": [{"iso_code": "BE"}]},
        }, size=32, built=BUILT + 86400),
        "ipinfo.mmdb": database("ipinfo free_country_asn.mmdb", {
            "192.0.2.0/24": {"country": "NL", "country_name": "Netherlands", "asn": "AS64497", "as_name": "Tulip"},
        }),
        "ipinfo-lite.mmdb": database("ipinfo bundle_location_lite.mmdb", {
            "192.0.2.0/24": {"country": "Japan", "country_code": "JP", "asn": "AS64498", "as_name": "Fuji"},
        }),
        "enterprise.mmdb": database("GeoIP2-Enterprise", {
            "192.0.2.0/24": {"country": place("US", "United States"), "traits": autonomous(64503, "Inside")},
        }),
        "ip2location.mmdb": database("IP2LITE-Country", {
            "0.0.0.0/8": {"country": {"iso_code": "-"}}, "192.0.2.0/24": {"country": {"iso_code": "JP"}},
        }, version=4),
        "old-country.mmdb": database("GeoLite2-Country", {"192.0.2.0/24": {"country": place("PL", "Poland")}},
                                     built=BUILT - 86400),
        "foreign.mmdb": database("GeoIP2-Anonymous-IP", {"192.0.2.0/24": {"is_anonymous": True}}),
        "nothing.mmdb": database("Custom", {"192.0.2.0/24": {"note": "Country of the blind"}}, built=(1 << 64) - 1),
        "strange.mmdb": database("Strange", strange),
        "ageless.mmdb": database("Custom-Country", {"192.0.2.0/24": {"country_code": "IT"}}, built=(1 << 64) - 1),
        "late.mmdb": database("Custom-Country", {**late, "192.0.2.0/24": {"country": place("AT", "Austria")}}),
        "many.mmdb": database("Custom", many),
    }


def main():
    folder, stamp = map(Path, sys.argv[1:])
    folder.mkdir(exist_ok=True)
    for name, content in files().items():
        (folder / name).write_bytes(content)
    stamp.touch()


if __name__ == "__main__":
    main()
