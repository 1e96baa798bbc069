"""What may be otherwise after a move, and why. Everything that is not here must be as it was.

Each rule: its name, the resource type, the attribute, when it holds (source resource, wanted, found), and why.
"""

# The copy of a server's disk stays in the target: the server is built on it.
DISK_RULE = "disk-image"

ALWAYS = lambda resource, wanted, found: True     # noqa: E731


def is_tunnel(resource, wanted, found):
    return resource["attributes"]["provider_type"] in ("vxlan", "gre", "geneve")


def same_subnets(resource, wanted, found):
    """Another address of the same external subnet: two clouds on one wire cannot have the same."""
    return [ip["subnet"] for ip in wanted] == [ip["subnet"] for ip in found]


def describes_bytes(resource, wanted, found):
    """Of an image's record in a volume, only what tells which image brought the bytes."""
    carrier = {"image_id", "image_name", "checksum", "size", "container_format", "disk_format", "signature_verified",
               "min_disk", "min_ram"}
    return all(wanted.get(key) == found.get(key) for key in (wanted.keys() | found.keys()) - carrier)


def has_disk_of_its_own(resource, wanted, found):
    return resource["attributes"]["sha256"] is not None


def another_user(resource, wanted, found):
    return found is not None and "missing" not in (wanted or {})


def without_address_groups(resource, wanted, found):
    left = [rule for rule in wanted if not rule["remote_addresses"]]
    key = lambda rule: sorted((name, str(value)) for name, value in rule.items())     # noqa: E731
    return sorted(map(key, left)) == sorted(map(key, found))


RULES = (
    ("tunnel-segment", "network", "provider_segment", is_tunnel, "the number of a tunnel means nothing outside its cloud"),
    ("router-address", "router", "gateway_addresses", same_subnets, "the source's router still answers on its own"),
    (DISK_RULE, "server", "image", has_disk_of_its_own, "a server moved by its disk boots from the copy of that disk"),
    ("server-owner", "server", "user", another_user, "Nova writes down who called; the report must say so"),
    ("image-of-volume", "volume", "image_metadata", describes_bytes, "a volume is made of the image that carried it"),
    ("address-group", "security-group", "rules", without_address_groups, "address groups are not moved; the report must say so"),
    ("subnet-pool", "subnet", "subnet_pool", ALWAYS, "subnet pools are not moved; the report must say so"),
    ("network-qos", "network", "qos", ALWAYS, "QoS policies are taken by name where the target has them; the report must say so"),
    ("port-qos", "port", "qos", ALWAYS, "as with networks"),
    ("address-qos", "floating-ip", "qos", ALWAYS, "as with networks"),
)


def rule_for(kind, attribute, resource, wanted, found):
    """The name of the rule that allows a difference, or None."""
    for name, of_kind, of_attribute, holds, _why in RULES:
        if (of_kind, of_attribute) == (kind, attribute) and holds(resource, wanted, found):
            return name
    return None


# Shelved in the target too, a server has an image there that Nova made of it, beside the one it came from.
SHELVED_RULE = "shelved-again"

# References of lists that say who else may use something: those to what was not to be moved are left out.
OUTWARD_RULE = "not-moved"

# The address of a server that stays is kept for it in the target by a port that nothing has.
RESERVED_RULE = "reserved-address"
