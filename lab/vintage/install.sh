#!/bin/bash
# Installs what the vintage cloud needs: MariaDB and RabbitMQ from Debian,
# OpenStack Pike from PyPI into a Python 2.7 environment. Starts nothing.
# Exit code 77: it cannot be installed here.
. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
mkdir -p "$VINTAGE_DIR"
chmod 700 "$VINTAGE_DIR"

not_here() { log "cannot be installed here: $*"; exit 77; }

find_python27() {
    local c
    for c in "${VINTAGE_PYTHON:-}" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/2.7*/bin/python2.7 \
             "$(command -v python2.7 || true)" /usr/local/bin/python2.7 /opt/python2.7/bin/python2.7; do
        [ -x "$c" ] && "$c" -c 'import ctypes, sqlite3, ssl, zlib' 2>/dev/null && { echo "$c"; return; }
    done
    return 1
}

missing_packages() {
    local p
    for p in mariadb-server rabbitmq-server python3-venv gcc libc6-dev libssl-dev libffi-dev; do
        [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$p" 2>/dev/null)" = "ii " ] || printf ' %s' "$p"
    done
}

install_packages() { # PACKAGE...
    local had_epmd p
    if [ ! -e /usr/sbin/policy-rc.d ]; then   # keeps the packages' own services from starting
        printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
        chmod 755 /usr/sbin/policy-rc.d
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    fi
    export DEBIAN_FRONTEND=noninteractive ERL_EPMD_ADDRESS=127.0.0.1
    had_epmd=$(pgrep -x epmd || true)
    log "installing: $*"
    { apt-get -o DPkg::Lock::Timeout=600 update -qq &&
      apt-get -o DPkg::Lock::Timeout=600 -o Dpkg::Options::=--force-confold -qq \
        install -y --no-install-recommends "$@"; } >"$VINTAGE_DIR/apt.log" 2>&1 ||
        { tail -5 "$VINTAGE_DIR/apt.log" >&2; die "apt-get failed; see $VINTAGE_DIR/apt.log"; }
    for p in $(pgrep -x epmd || true); do     # rabbitmq's postinst leaves one behind
        case " ${had_epmd//$'\n'/ } " in *" $p "*) ;; *) kill "$p" || true ;; esac
    done
}

make_venv() { # PYTHON27
    local tools=$VINTAGE_DIR/tools
    # virtualenv 20.15 is the last that makes Python 2.7 environments
    if [ ! -x "$tools/bin/virtualenv" ]; then
        rm -rf "$tools"
        python3 -m venv "$tools"
        "$tools/bin/pip" install -q virtualenv==20.15.1
    fi
    rm -rf "$VENV"
    "$tools/bin/virtualenv" -q -p "$1" --no-periodic-update \
        --pip 20.3.4 --setuptools 44.1.1 --wheel 0.37.1 "$VENV"
}

install_pins() {
    export PIP_NO_PYTHON_VERSION_WARNING=1 PIP_DISABLE_PIP_VERSION_CHECK=1
    log "installing $(wc -l <"$VINTAGE_SRC/pins.txt") Python packages (log: $VINTAGE_DIR/pip.log)"
    # pbr first: the setup.py of the source distributions needs it
    { "$VENV/bin/pip" install --no-deps "$(grep '^pbr==' "$VINTAGE_SRC/pins.txt")" &&
      "$VENV/bin/pip" install --no-deps -r "$VINTAGE_SRC/pins.txt"; } >"$VINTAGE_DIR/pip.log" 2>&1 ||
        { tail -20 "$VINTAGE_DIR/pip.log" >&2; die "pip failed; see $VINTAGE_DIR/pip.log"; }
}

# The wheels lack most of etc/ (paste files, policies); the source distributions have it.
unpack_etc() {
    local p v f
    log "etc/ files from the source distributions"
    rm -rf "$DIST"
    mkdir -p "$VINTAGE_DIR/sdist" "$DIST/neutron"
    for p in keystone nova glance cinder; do
        v=$(sed -n "s/^$p==//p" "$VINTAGE_SRC/pins.txt")
        f=$VINTAGE_DIR/sdist/$p-$v.tar.gz
        [ -f "$f" ] || "$VENV/bin/pip" download -q --no-deps --no-binary :all: \
            -d "$VINTAGE_DIR/sdist" "$p==$v" >>"$VINTAGE_DIR/pip.log" 2>&1 ||
            die "no source distribution of $p $v; see $VINTAGE_DIR/pip.log"
        mkdir -p "$DIST/$p"
        tar -xzf "$f" -C "$DIST/$p" --strip-components=2 --wildcards "$p-$v/etc/*"
    done
    cp "$VENV/etc/neutron/"*.ini "$VENV/etc/neutron/"*.json "$DIST/neutron/"
}

# Asked first: no use in a hundred megabytes of packages without it.
want=$(sha256sum <"$VINTAGE_SRC/pins.txt" | cut -c1-16)
python27=
if [ "$(cat "$VINTAGE_DIR/.installed" 2>/dev/null)" != "$want" ] || ! "$PY" -c 'import nova' 2>/dev/null; then
    python27=$(find_python27) || not_here "no Python 2.7 with ssl and sqlite3 (OpenStack Pike runs on nothing newer);" \
        "install one, for example \`pyenv install 2.7.18\`, or set VINTAGE_PYTHON to its path"
fi
missing=$(missing_packages)
if [ -n "$missing" ]; then
    command -v apt-get >/dev/null || not_here "no apt-get, and these Debian packages are missing:$missing"
    [ "$(id -u)" = 0 ] || not_here "these Debian packages are missing and only root can install them:$missing"
    # shellcheck disable=SC2086
    install_packages $missing
fi
[ -n "$python27" ] || { log "installed"; exit 0; }
log "Python 2.7: $python27"
make_venv "$python27"
install_pins
unpack_etc
echo "$want" >"$VINTAGE_DIR/.installed"
log "installed"
