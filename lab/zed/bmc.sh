#!/usr/bin/env bash
# The management controllers of two machines: OpenIPMI's ipmi_sim, which speaks IPMI 2.0
# (cipher suite 3).  bmc.sh start|stop|wipe|status
#   $LAB_DIR/bmc/NAME/   power (0, 1), boot (default, pxe ...), events: all that was asked
#   $LAB_DIR/bmc/password   of the users admin and operator
. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
load_secrets
LAB_BMCS=${LAB_BMCS:-bmc1=127.0.0.21 bmc2=127.0.0.22}
PORT=${LAB_BMC_PORT:-623}
D=$LAB_DIR/bmc

configure() { # NAME IP
    local d=$D/$1 level
    mkdir -p "$d/state"
    [ -f "$d/power" ] || echo 1 >"$d/power"
    [ -f "$d/boot" ] || echo default >"$d/boot"
    {
        printf '%s\n' "name \"$1\"" 'set_working_mc 0x20' 'startlan 1' "addr $2 $PORT" 'priv_limit admin'
        for level in callback user operator admin; do echo "allowed_auths_$level none md2 md5 straight"; done
        printf '%s\n' "guid $(printf '%s' "$1" | md5sum | cut -c-32)" endlan \
            "chassis_control \"$ZED/bmc-chassis $d\"" \
            'user 1 false "" "" user 10 none md2 md5 straight' \
            "user 2 true \"admin\" \"$(cat "$D/password")\" admin 10 none md2 md5 straight" \
            "user 3 true \"operator\" \"$(cat "$D/password")\" operator 10 none md2 md5 straight"
    } >"$d/lan.conf"
    printf '%s\n' 'mc_setbmc 0x20' 'mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr' \
        'sel_enable 0x20 1000 0x0a' 'sensor_add 0x20 0 0x01 0x01 0x01 event-only' 'mc_enable 0x20' >"$d/sim.emu"
}

answers() { # IP
    ipmitool -I lanplus -C 3 -N 1 -R 1 -H "$1" -p "$PORT" -U admin -f "$D/password" mc guid >/dev/null 2>&1
}

start() {
    local pair name ip
    umask 077
    mkdir -p "$D"
    # 16 bytes: what ipmi_sim keeps of a password
    printf '%s' "${PW_ADMIN:0:16}" >"$D/password"
    for pair in $LAB_BMCS; do
        name=${pair%%=*} ip=${pair#*=}
        proc_alive "$D/run" "$name" && continue
        configure "$name" "$ip"
        proc_start "$D" "$name" ipmi_sim -n -c "$D/$name/lan.conf" -f "$D/$name/sim.emu" -s "$D/$name/state"
    done
    for pair in $LAB_BMCS; do
        name=${pair%%=*} ip=${pair#*=}
        for _ in $(seq 20); do
            answers "$ip" && continue 2
            proc_alive "$D/run" "$name" || break
            sleep 0.25
        done
        die "the BMC $name does not answer at $ip:$PORT; see $D/log/$name.log"
    done
}

status() {
    local pair name rc=0
    for pair in $LAB_BMCS; do
        name=${pair%%=*}
        if proc_alive "$D/run" "$name"; then
            echo "bmc $name pid $(cut -d' ' -f1 "$D/run/$name.pid") at ${pair#*=}:$PORT power $(cat "$D/$name/power") boot $(cat "$D/$name/boot")"
        else echo "bmc $name DEAD (log: $D/log/$name.log)"; rc=1; fi
    done
    return $rc
}

case ${1:-} in
start) start ;;
stop) procs_stop_all "$D" 3 ;;
wipe) procs_stop_all "$D" 3; rm -rf "$D" ;;
status) status ;;
*) die "usage: $0 start|stop|wipe|status" ;;
esac
