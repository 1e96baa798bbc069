# shellcheck shell=bash
# What all scripts of the vintage cloud share; sourced, not run. The profile is
# in VINTAGE_NET: neutron, or nova (the same with nova-network in its place).
VINTAGE_SRC=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lib.sh
. "$VINTAGE_SRC/../lib.sh"
set -euo pipefail

VINTAGE_DIR=${VINTAGE_DIR:-${XDG_STATE_HOME:-$HOME/.local/state}/pumphouse-vintage}
export LC_ALL=C.UTF-8 PYTHONUNBUFFERED=1 PYTHONWARNINGS=ignore
# The services of this age read these too, and the caller's belong to another cloud.
unset PYTHONPATH PYTHONHOME VIRTUAL_ENV ${!OS_@} || true

profile_ip() { # PROFILE
    case $1 in
    neutron) echo "${VINTAGE_NEUTRON_IP:-127.0.0.13}" ;;
    nova) echo "${VINTAGE_NOVA_IP:-127.0.0.14}" ;;
    *) die "no profile '$1': neutron or nova" ;;
    esac
}
VINTAGE_NET=${VINTAGE_NET:-neutron}
IP=$(profile_ip "$VINTAGE_NET")
INFRA_IP=${VINTAGE_INFRA_IP:-127.0.0.13}
REGION=RegionOne
VINTAGE_COMPUTES=${VINTAGE_COMPUTES:-old-c1 old-c2}

INFRA=$VINTAGE_DIR/infra
SOCK=$INFRA/mysql.sock
VENV=$VINTAGE_DIR/venv
PY=$VENV/bin/python
DIST=$VINTAGE_DIR/dist-etc          # etc/ of the source distributions
CACHE=$VINTAGE_DIR/cache            # dumps of freshly made schemas
D=$VINTAGE_DIR/$VINTAGE_NET
E=$D/etc
KS_PUBLIC=http://$IP:5000
KS_ADMIN=http://$IP:35357

# A setting that shapes a cloud is kept with it: a later `up` without it repairs
# the cloud as it is instead of making another one of it.
kept() { # NAME DEFAULT
    local now=${!1:-} f=$D/settings/$1
    if [ -n "$now" ]; then echo "$now"
    elif [ -s "$f" ]; then cat "$f"
    else echo "$2"; fi
}
VINTAGE_KEYSTONE_V3=$(kept VINTAGE_KEYSTONE_V3 yes)  # no: only Identity v2.0 is served
VINTAGE_CINDER=$(kept VINTAGE_CINDER no)
VINTAGE_TOKEN=$(kept VINTAGE_TOKEN fernet)           # or uuid
VINTAGE_NOVANET=$(kept VINTAGE_NOVANET VlanManager)  # or FlatDHCPManager
keep_settings() {
    local n
    mkdir -p "$D/settings"
    for n in VINTAGE_KEYSTONE_V3 VINTAGE_CINDER VINTAGE_TOKEN VINTAGE_NOVANET; do echo "${!n}" >"$D/settings/$n"; done
}

load_vintage_secrets() {
    mkdir -p "$VINTAGE_DIR"
    chmod 700 "$VINTAGE_DIR"
    if [ ! -s "$VINTAGE_DIR/secrets" ]; then
        (umask 077; for n in ADMIN SERVICE DB RABBIT SEED; do
            echo "PW_$n=$(head -c 12 /dev/urandom | od -An -tx1 | tr -d ' \n')"
        done >"$VINTAGE_DIR/secrets.new")
        mv "$VINTAGE_DIR/secrets.new" "$VINTAGE_DIR/secrets"
    fi
    # shellcheck disable=SC1091
    . "$VINTAGE_DIR/secrets"
    export PW_ADMIN PW_SERVICE PW_SEED   # the Python programs take them from here, argv is public
}
sql() { mariadb --no-defaults -uroot -S "$SOCK" "$@"; }
