#!/usr/bin/python3
"""Judges a move by OpenStack's own SDK. It knows nothing of Pumphouse but the marks that it leaves.

    judge.py record CLOUD TENANT...      the tenants with all that they need, with the bytes of disks, as JSON
    judge.py record CLOUD --all          the whole cloud
    judge.py compare RECORD CLOUD        where the cloud differs from the record: {differences, allowed, counts}
    judge.py sample SOURCE TARGET [TENANT...]   until SIGTERM: when a server was ACTIVE in both

CLOUD is an entry of the clouds.yaml that OS_CLIENT_CONFIG_FILE names. RECORD may be - for stdin. Exit code 1: a
difference, or a moment in both.
"""
import argparse
import json
import sys

from openstack_judge.comparison import compare
from openstack_judge.reading import read_cloud, tenants_of
from openstack_judge.sampling import sample


def record(options):
    if bool(options.tenants) == options.all:
        raise SystemExit("either tenants or --all")
    cloud = read_cloud(options.cloud, not options.without_bytes)
    resources = cloud if options.all else tenants_of(cloud, options.tenants)
    return {"cloud": options.cloud, "tenants": options.tenants, "resources": resources}, True


def judge(options):
    with sys.stdin if options.record == "-" else open(options.record) as file:
        recorded = json.load(file)
    with_bytes = not options.without_bytes
    verdict = compare(recorded, read_cloud(options.cloud, with_bytes), cloud=options.cloud, exact=options.exact,
                      except_names=set(options.exclude), volume_types=dict(options.volume_type))
    return verdict, not verdict["differences"]


def watch(options):
    verdict = sample(options.source, options.target, options.tenants, options.interval)
    return verdict, not verdict["moments"]


def pair(words):
    source, _, target = words.partition("=")
    return source, target


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("record")
    command.add_argument("cloud")
    command.add_argument("tenants", nargs="*")
    command.add_argument("--all", action="store_true")
    command.add_argument("--without-bytes", action="store_true")
    command.set_defaults(run=record)
    command = commands.add_parser("compare")
    command.add_argument("record")
    command.add_argument("cloud")
    command.add_argument("--exact", action="store_true", help="no difference is allowed: the cloud as it was")
    command.add_argument("--exclude", action="append", default=[], metavar="NAME",
                         help="a resource that is not expected to have moved, with what only it needs")
    command.add_argument("--volume-type", action="append", default=[], type=pair, metavar="SOURCE=TARGET")
    command.add_argument("--without-bytes", action="store_true")
    command.set_defaults(run=judge)
    command = commands.add_parser("sample")
    command.add_argument("source")
    command.add_argument("target")
    command.add_argument("tenants", nargs="*", help="only servers of these; of all if none is named")
    command.add_argument("--interval", type=float, default=1.0, help="seconds")
    command.set_defaults(run=watch)
    options = parser.parse_args()
    answer, good = options.run(options)
    json.dump(answer, sys.stdout, indent=1, sort_keys=True, ensure_ascii=False)
    print()
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
