"""The marks that Pumphouse leaves on what it makes, read as anybody can read them."""

KEYS = ("pumphouse_from", "pumphouse_cloud", "pumphouse_run")
RULE = "pumphouse_rule"      # on a default group, for each rule that a run added


def of_properties(properties):
    """What is the resource's own, and the mark among it: None, or its three words."""
    own = {key: value for key, value in (properties or {}).items() if key not in KEYS}
    return own, _mark(properties or {})


def of_tags(tags):
    split = dict(tag.split("=", 1) for tag in tags or [] if tag.split("=", 1)[0] in KEYS and "=" in tag)
    own = [tag for tag in tags or [] if not (tag.split("=", 1)[0] in (*KEYS, RULE) and "=" in tag)]
    return own, _mark(split)


def of_description(description):
    """Of what was left half made: its mark is in its description still."""
    return of_tags((description or "").split(" "))[1] if (description or "").startswith("pumphouse_") else None


def _mark(words):
    found = {key.removeprefix("pumphouse_"): words[key] for key in KEYS if words.get(key)}
    return found if "from" in found else None
