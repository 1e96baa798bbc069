#!/bin/bash
# One vintage cloud, the profile in VINTAGE_NET.
# cloud.sh start|wipe|status|env; cloud.sh stop [PROCESS...]
. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
for part in databases configure/common configure/keystone configure/glance \
            configure/nova configure/neutron configure/cinder; do
    # shellcheck disable=SC1090
    . "$VINTAGE_SRC/$part.sh"
done
load_vintage_secrets
export VINTAGE_NET IP REGION VINTAGE_CINDER VINTAGE_COMPUTES PYTHONDONTWRITEBYTECODE=1

render() {
    mkdir -p "$E" "$D/lock"
    chmod 700 "$D" "$E"
    configure_keystone
    configure_glance
    configure_nova
    [ "$VINTAGE_NET" != neutron ] || configure_neutron
    [ "$VINTAGE_CINDER" != yes ] || configure_cinder
    keep_settings
}

svc() { local n=$1; shift; proc_start "$D" "$n" "$PY" "$VENV/bin/$n" "$@"; }
wsgi() { # NAME PORT SCRIPT VARIABLE=VALUE
    proc_start "$D" "$1" env "$4" "$PY" "$VINTAGE_SRC/pike/wsgi_server.py" "$IP" "$2" "$VENV/bin/$3"
}
wait_up() { wait_tcp "$IP" "$1" 180 "$2" "$D/run" "$2"; } # PORT NAME

start_keystone() {
    wsgi keystone-public 5000 keystone-wsgi-public "OS_KEYSTONE_CONFIG_FILES=$E/keystone.conf"
    wsgi keystone-admin 35357 keystone-wsgi-admin "OS_KEYSTONE_CONFIG_FILES=$E/keystone.conf"
    wait_up 5000 keystone-public
    wait_up 35357 keystone-admin
}

start_services() {
    local host
    wsgi placement 8778 nova-placement-api "OS_PLACEMENT_CONFIG_DIR=$E"
    svc glance-registry --config-file "$E/glance-registry.conf"
    svc glance-api --config-file "$E/glance-api.conf"
    [ "$VINTAGE_NET" != neutron ] || proc_start "$D" neutron-server env PYTHONPATH="$VINTAGE_SRC/pike/ml2" \
        "$PY" "$VENV/bin/neutron-server" --config-file "$E/neutron.conf" --config-file "$E/ml2_conf.ini"
    svc nova-conductor --config-file "$E/nova.conf"
    svc nova-scheduler --config-file "$E/nova.conf"
    if [ "$VINTAGE_KEYSTONE_V3" = yes ]; then svc nova-api --config-file "$E/nova.conf"
    else proc_start "$D" nova-api "$PY" "$VINTAGE_SRC/pike/nova_api.py" --config-file "$E/nova.conf"; fi
    [ "$VINTAGE_NET" != nova ] || proc_start "$D" nova-network "$PY" "$VINTAGE_SRC/pike/nova_network.py" \
        --config-file "$E/nova.conf" --config-file "$E/nova-network.conf"
    if [ "$VINTAGE_CINDER" = yes ]; then
        svc cinder-api --config-file "$E/cinder.conf"
        svc cinder-scheduler --config-file "$E/cinder.conf"
        proc_start "$D" cinder-volume env PYTHONPATH="$VINTAGE_SRC/pike/cinder" \
            "$PY" "$VENV/bin/cinder-volume" --config-file "$E/cinder.conf"
    fi
    wait_up 8778 placement                # a compute host gives up when it finds none
    for host in $VINTAGE_COMPUTES; do
        proc_start "$D" "nova-compute-$host" "$PY" "$VINTAGE_SRC/pike/nova_compute.py" \
            --config-file "$E/nova.conf" --config-file "$E/nova-compute-$host.conf"
    done
    wait_up 9191 glance-registry
    wait_up 9292 glance-api
    [ "$VINTAGE_NET" != neutron ] || wait_up 9696 neutron-server
    wait_up 8774 nova-api
    [ "$VINTAGE_CINDER" != yes ] || wait_up 8776 cinder-api
}

status() {
    local f n p
    [ -f "$D/.initialized" ] || { echo "$VINTAGE_NET: not made yet"; return; }
    for f in "$D"/run/*.pid; do
        [ -e "$f" ] || { echo "$VINTAGE_NET: stopped"; return; }
        n=$(basename "$f" .pid)
        read -r p _ <"$f" || true
        proc_alive "$D/run" "$n" && echo "$VINTAGE_NET $n pid $p" || echo "$VINTAGE_NET $n DEAD (log: $D/log/$n.log)"
    done
    echo "$VINTAGE_NET: $KS_PUBLIC/v2.0 (admin port 35357, v3 served: $VINTAGE_KEYSTONE_V3)"
}

start() {
    local before after
    if [ -f "$D/.initialized" ] && [ "$(cat "$D/settings/VINTAGE_CINDER")" != "$VINTAGE_CINDER" ]; then
        die "$VINTAGE_NET was made with VINTAGE_CINDER=$(cat "$D/settings/VINTAGE_CINDER"); wipe it to change that"
    fi
    before=$(cat "$D/.configured" 2>/dev/null || true)
    render
    after=$(cat "$E"/* "$VINTAGE_SRC"/pike/*.py "$VINTAGE_SRC"/pike/*/*.py | sha256sum)
    if [ -n "$before" ] && [ "$before" != "$after" ]; then
        log "$VINTAGE_NET: the configuration has changed; its services restart"
        procs_stop_all "$D"
    fi
    echo "$after" >"$D/.configured"
    if [ ! -f "$D/.databases" ]; then
        log "$VINTAGE_NET: databases"
        make_databases
        touch "$D/.databases"
    fi
    log "$VINTAGE_NET: keystone"
    start_keystone
    if [ ! -f "$D/.initialized" ]; then
        log "$VINTAGE_NET: service users and endpoints"
        python3 "$VINTAGE_SRC/bootstrap.py"
        touch "$D/.initialized"
    fi
    log "$VINTAGE_NET: services"
    start_services
    log "$VINTAGE_NET: waiting for compute hosts"
    python3 "$VINTAGE_SRC/wait_computes.py" "$D/run" || die "compute hosts did not come up; see $D/log/"
    bin nova-manage --config-file "$E/nova.conf" cell_v2 discover_hosts >"$D/log/discover.log" 2>&1
    log "$VINTAGE_NET: up at $KS_PUBLIC/v2.0"
}

case ${1:-} in
start) start ;;
stop)
    if [ $# -gt 1 ]; then shift; for n; do proc_stop "$D" "$n"; log "$VINTAGE_NET: $n stopped"; done
    else procs_stop_all "$D"; log "$VINTAGE_NET: stopped"; fi ;;
wipe)
    procs_stop_all "$D" 2
    [ ! -S "$SOCK" ] || drop_databases
    rm -rf "$D" "$VINTAGE_DIR/seed-vintage-$VINTAGE_NET.json"
    log "$VINTAGE_NET: wiped" ;;
status) status ;;
env)
    cat <<C
export OS_AUTH_URL=$KS_PUBLIC/v2.0 OS_USERNAME=admin OS_PASSWORD=$PW_ADMIN OS_TENANT_NAME=admin OS_REGION_NAME=$REGION OS_IDENTITY_API_VERSION=2.0
export OS_CLIENT_CONFIG_FILE=$VINTAGE_DIR/clouds.yaml OS_CLOUD=vintage-$VINTAGE_NET
C
    ;;
*) die "usage: $0 start|stop|wipe|status|env" ;;
esac
