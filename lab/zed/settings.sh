# shellcheck shell=bash
# shellcheck disable=SC2034    # others use what is set here
# Settings of the Zed clouds; sourced, not run.
LAB=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
ZED=$LAB/zed
. "$LAB/lib.sh"
export LAB_DIR=${LAB_DIR:-${XDG_STATE_HOME:-$HOME/.local/state}/pumphouse-lab}

# Debian's own Python and tools, whatever the caller has in front of PATH.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# shellcheck disable=SC2086
unset PYTHONPATH PYTHONHOME VIRTUAL_ENV ${!OS_@} || true

# settings that last (LAB_SOURCE_COMPUTES=... and the like)
# shellcheck disable=SC1091
[ ! -f "$LAB_DIR/lab.conf" ] || . "$LAB_DIR/lab.conf"
INFRA_IP=${LAB_INFRA_IP:-127.0.0.10}
LAB_CLOUDS=${LAB_CLOUDS:-source target}
LAB_SOURCE_IP=${LAB_SOURCE_IP:-127.0.0.11}
LAB_TARGET_IP=${LAB_TARGET_IP:-127.0.0.12}
# host:driver pairs, one nova-compute each; the driver is lab (Nova's fake one
# with disks that hold bytes) or libvirt (guests emulated by qemu, without KVM)
LAB_SOURCE_COMPUTES=${LAB_SOURCE_COMPUTES:-src-c1:lab src-c2:lab}
LAB_TARGET_COMPUTES=${LAB_TARGET_COMPUTES:-tgt-c1:lab tgt-c2:lab}
REGION=RegionOne

INFRA=$LAB_DIR/infra
SOCK=$INFRA/mysql.sock

cloud_var() { local n="LAB_${1^^}_$2"; printf '%s' "${!n}"; }
sql() { mariadb --no-defaults -uroot -S "$SOCK" "$@"; }

# One word a secret, random, made once; every service reads them from here.
load_secrets() {
    mkdir -p "$LAB_DIR"; chmod 700 "$LAB_DIR"
    if [ ! -f "$LAB_DIR/secrets" ]; then
        (umask 077; for n in ADMIN SERVICE DB RABBIT; do
            echo "PW_$n=$(head -c 12 /dev/urandom | od -An -tx1 | tr -d ' \n')"
        done >"$LAB_DIR/secrets")
    fi
    # shellcheck disable=SC1091
    . "$LAB_DIR/secrets"
}
