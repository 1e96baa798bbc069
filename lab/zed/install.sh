#!/usr/bin/env bash
# Installs what is missing of the Zed lab's packages, from Debian 12 itself, and
# starts no service of them. Exits with 77 where the lab cannot be installed.
. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
PACKAGES="keystone glance-api placement-api nova-api nova-conductor nova-scheduler
 nova-compute neutron-server neutron-common cinder-api cinder-scheduler cinder-volume
 mariadb-server rabbitmq-server memcached openipmi ipmitool snmpd snmp uwsgi-core uwsgi-plugin-python3 qemu-utils
 python3-openstackclient python3-openstacksdk python3-osc-placement python3-pymysql procps iproute2"
case "$LAB_SOURCE_COMPUTES $LAB_TARGET_COMPUTES" in
*:libvirt*) PACKAGES="$PACKAGES libvirt-daemon-system python3-libvirt qemu-system-x86" ;;
esac

cannot() { log "the Zed lab cannot be installed here: $*"; exit 77; }

missing=
for package in $PACKAGES; do
    [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null)" = "ii " ] || missing="$missing $package"
done
[ "$(id -u)" = 0 ] || cannot "it needs root${missing:+, also to install:$missing}"
[ -n "$missing" ] || exit 0

# Other releases of Debian and Ubuntu have other releases of OpenStack.
# shellcheck disable=SC1091
release=$(. /etc/os-release && echo "$ID ${VERSION_ID:-}")
[ "$release" = "debian 12" ] || cannot "it needs Debian 12, this is $release; missing:$missing"

# The packages' own services must neither start now nor listen beyond loopback.
if [ ! -e /usr/sbin/policy-rc.d ]; then
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
# RabbitMQ's installation leaves an epmd behind, by default on every address
export DEBIAN_FRONTEND=noninteractive ERL_EPMD_ADDRESS=127.0.0.1
epmd_before=$(pgrep -x epmd || true)
log "installing:$missing"
apt-get -o DPkg::Lock::Timeout=600 update -qq || cannot "the package archive does not answer; missing:$missing"
# shellcheck disable=SC2086
apt-get -o DPkg::Lock::Timeout=600 -o Dpkg::Options::=--force-confold -qq \
    install -y --no-install-recommends $missing >/dev/null || cannot "apt-get install failed; missing:$missing"
for pid in $(pgrep -x epmd || true); do
    grep -qxF "$pid" <<<"$epmd_before" || kill "$pid" || true
done
