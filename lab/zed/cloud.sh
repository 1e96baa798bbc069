#!/usr/bin/env bash
# One OpenStack cloud.
#   cloud.sh start|wipe|status CLOUD
#   cloud.sh stop CLOUD [PROCESS...]     all of its processes, or some of them
. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
ACTION=${1:-}; C=${2:-}
[ -n "$C" ] || die "usage: $0 start|stop|wipe|status CLOUD"
load_secrets
IP=$(cloud_var "$C" IP)
# LAB_MORE_COMPUTES: hosts that somebody adds for a while, as host:driver pairs
COMPUTES="$(cloud_var "$C" COMPUTES) ${LAB_MORE_COMPUTES:-}"
D=$LAB_DIR/$C
E=$D/etc
. "$ZED/config.sh"
. "$ZED/database.sh"

# NAME PORT CMD...   a process that listens; its port must not be a stranger's
serve() {
    local name=$1 port=$2; shift 2
    proc_alive "$D/run" "$name" && return 0
    # workers of a killed master give their port up a moment after it
    [ ! -f "$D/run/$name.pid" ] || { proc_stop "$D" "$name"; sleep 1; }
    port_free "$IP" "$port" "$C's $name"
    proc_start "$D" "$name" "$@"
}

wsgi() { # NAME PORT WSGI_FILE VARIABLE=VALUE
    serve "$1" "$2" env "$4" uwsgi --plugin python3 --http-socket "$IP:$2" \
        --wsgi-file "$3" --master --no-orphans --processes "${LAB_UWSGI_PROCS:-1}" --threads "${LAB_UWSGI_THREADS:-4}" \
        --enable-threads --lazy-apps --need-app --die-on-term --buffer-size 65535 \
        --add-header "Connection: close" --disable-logging --procname-prefix "$C-$1 "
}

wait_up() { wait_tcp "$IP" "$1" 180 "$C's $2" "$D/run" "$2"; } # PORT NAME

start_keystone() {
    serve memcached 11211 memcached -u "$(id -un)" -l "$IP" -p 11211 -U 0 -m 64 -t 1
    wsgi keystone 5000 /usr/bin/keystone-wsgi-public OS_KEYSTONE_CONFIG_FILES="$E/keystone.conf"
    wait_up 5000 keystone
}

start_compute() { # HOST DRIVER
    local wrap=()
    [ "$2" != libvirt ] || wrap=("$ZED/libvirt-host" run "$D/libvirt-$1" "$1")
    proc_start "$D" "nova-compute-$1" ${wrap[@]+"${wrap[@]}"} "$ZED/drivers/nova/nova-compute" \
        --config-file "$E/nova.conf" --config-file "$E/nova-compute-$1.conf"
}

start_services() {
    local pair nova=(--config-file "$E/nova.conf" --config-file "$E/nova-db.conf")
    wsgi placement 8778 /usr/bin/placement-api OS_PLACEMENT_CONFIG_DIR="$E"
    serve glance-api 9292 glance-api --config-file "$E/glance-api.conf"
    serve neutron-server 9696 env PYTHONPATH="$ZED/drivers/neutron" \
        neutron-server --config-file "$E/neutron.conf" --config-file "$E/ml2_conf.ini"
    proc_start "$D" nova-conductor nova-conductor "${nova[@]}"
    proc_start "$D" nova-scheduler nova-scheduler "${nova[@]}"
    serve nova-api 8774 nova-api "${nova[@]}"
    serve cinder-api 8776 cinder-api --config-file "$E/cinder.conf"
    proc_start "$D" cinder-scheduler cinder-scheduler --config-file "$E/cinder.conf"
    proc_start "$D" cinder-volume env PYTHONPATH="$ZED/drivers/cinder" cinder-volume --config-file "$E/cinder.conf"
    wait_up 8778 placement
    for pair in $COMPUTES; do start_compute "${pair%%:*}" "${pair#*:}"; done
    wait_up 9292 glance-api
    wait_up 9696 neutron-server
    wait_up 8774 nova-api
    wait_up 8776 cinder-api
}

# Nova uses a compute host only after it has been mapped to its cell; waiting
# for the scheduler's own round of that would cost a minute.
map_computes() {
    local wanted
    wanted=$(wc -w <<<"$COMPUTES")
    for _ in $(seq 240); do
        [ "$(sql -N -e 'select count(distinct host) from compute_nodes where deleted=0' "${C}_nova")" -ge "$wanted" ] && break
        sleep 0.5
    done
    [ "$(sql -N -e 'select count(*) from host_mappings' "${C}_nova_api")" -ge "$wanted" ] ||
        nova_manage cell_v2 discover_hosts
}

start() {
    local mapping
    log "$C: configuration"; render
    if [ ! -f "$D/.initialized" ]; then
        log "$C: databases"; init_databases
    fi
    log "$C: keystone"; start_keystone
    if [ ! -f "$D/.initialized" ]; then
        log "$C: service users and endpoints"
        PW_ADMIN=$PW_ADMIN PW_SERVICE=$PW_SERVICE python3 -EsB "$ZED/bootstrap.py" "$IP" "$REGION"
        touch "$D/.initialized"
    fi
    log "$C: services"; start_services
    log "$C: waiting for compute hosts"
    map_computes >"$D/log/map-computes.log" 2>&1 & mapping=$!
    # shellcheck disable=SC2086
    PW_ADMIN=$PW_ADMIN python3 -EsB "$ZED/wait_computes.py" "$IP" "$REGION" $COMPUTES ||
        die "$C: its compute hosts did not come up; see $D/log/nova-compute-*.log"
    wait $mapping || die "$C: mapping its compute hosts failed; see $D/log/map-computes.log"
    log "$C: up"
}

# The taps and bridges that libvirt guests had stay when their database goes.
remove_guest_devices() {
    local device
    for device in $(sql -N -e "select concat('tap', left(id, 11)) from ${C}_neutron.ports union
            select concat('brq', left(id, 11)) from ${C}_neutron.networks" 2>/dev/null); do
        [ ! -e "/sys/class/net/$device" ] || ip link delete "$device" || true
    done
}

# Guests of libvirt outlive their libvirtd.
end_guests() {
    local host
    for host in "$D"/libvirt-*; do [ ! -d "$host" ] || "$ZED/libvirt-host" kill "$host"; done
}

wipe() {
    procs_stop_all "$D" 2
    end_guests
    if [ -S "$SOCK" ]; then remove_guest_devices; drop_databases; fi
    rm -rf "$D"
    log "$C: wiped"
}

status() {
    local file name pid rc=0
    for file in "$D"/run/*.pid; do
        [ -e "$file" ] || { echo "$C: nothing started"; return 1; }
        name=$(basename "$file" .pid); read -r pid _ <"$file"
        if proc_alive "$D/run" "$name"; then echo "$C $name pid $pid"
        else echo "$C $name DEAD (log: $D/log/$name.log)"; rc=1; fi
    done
    return $rc
}

stop() {
    local name
    if [ $# -gt 0 ]; then
        for name; do proc_stop "$D" "$name"; log "$C: $name stopped"; done
    else
        procs_stop_all "$D"; end_guests; log "$C: stopped"
    fi
}

case $ACTION in
start|wipe|status) "$ACTION" ;;
stop) shift 2; stop "$@" ;;
*) die "usage: $0 start|stop|wipe|status CLOUD" ;;
esac
