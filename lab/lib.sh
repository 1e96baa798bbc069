# shellcheck shell=bash
# Processes and log lines of the lab's scripts; sourced, not run. Knows nothing
# of any cloud: the settings of a lab stand in its own folder.
set -euo pipefail

log() { printf '%s %s\n' "$(date +%T)" "$*" >&2; }
die() { log "ERROR: $*"; exit 1; }

# A pid file holds "pid starttime": the kernel's start time tells our process
# from a stranger that got the same pid later, for instance after a reboot.
_starttime() { # PID
    local stat
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
    # the command's name, in parentheses, may hold blanks; field 22 of the whole
    # line is field 20 of what follows it. A zombie does no more work for us.
    read -ra stat <<<"${stat##*) }"
    [ "${stat[0]}" = Z ] || printf '%s' "${stat[19]}"
}

proc_alive() { # RUN_DIR NAME
    local pid='' st=''
    [ -f "$1/$2.pid" ] || return 1
    read -r pid st <"$1/$2.pid" || true
    [ -n "$st" ] && [ "$(_starttime "$pid")" = "$st" ]
}

# What a process killed with -9 leaves behind: workers of its group, which may
# still hold its port. That they write to its log says that they are ours (their
# environment says nothing: those that set a title overwrite it).
_end_orphans() { # BASE_DIR NAME
    local leader=0 member log
    log=$(realpath -m "$1/log/$2.log")
    read -r leader _ <"$1/run/$2.pid" || return 0
    for member in $(pgrep -g "$leader" || true); do
        [ "$(readlink "/proc/$member/fd/1")" = "$log" ] || [ "$(readlink "/proc/$member/fd/2")" = "$log" ] || continue
        kill -KILL "$member" 2>/dev/null || true
        while [ -n "$(_starttime "$member")" ]; do sleep 0.1; done
    done
}

proc_start() { # BASE_DIR NAME CMD...   does nothing when it runs already
    local base=$1 name=$2 pid; shift 2
    mkdir -p "$base/run" "$base/log"
    proc_alive "$base/run" "$name" && return 0
    [ ! -f "$base/run/$name.pid" ] || _end_orphans "$base" "$name"
    # fd 9 is the caller's lock, if it holds one: a daemon must not keep it
    setsid "$@" >>"$base/log/$name.log" 2>&1 </dev/null 9>&- &
    pid=$!
    disown
    echo "$pid $(_starttime "$pid")" >"$base/run/$name.pid"
}

proc_stop() { # BASE_DIR NAME [SECONDS]   TERM; after that time KILL for what is left of its group
    local base=$1 name=$2 limit=${3:-20} pid st i
    if proc_alive "$base/run" "$name"; then
        read -r pid st <"$base/run/$name.pid"
        kill -TERM "$pid" 2>/dev/null || true
        for ((i = 0; i < limit * 5; i++)); do
            [ "$(_starttime "$pid")" = "$st" ] || break
            sleep 0.2
        done
    fi
    [ ! -f "$base/run/$name.pid" ] || _end_orphans "$base" "$name"
    rm -f "$base/run/$name.pid"
}

procs_stop_all() { # BASE_DIR [SECONDS]   all at once, then wait
    local base=$1 limit=${2:-20} f
    [ -d "$base/run" ] || return 0
    for f in "$base"/run/*.pid; do
        [ -e "$f" ] || continue
        proc_stop "$base" "$(basename "$f" .pid)" "$limit" &
    done
    wait
}

wait_tcp() { # IP PORT SECONDS WHAT [RUN_DIR NAME]   the last two: give up when that process dies
    local i
    for ((i = 0; i < $3 * 4; i++)); do
        (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null && return 0
        [ $# -lt 6 ] || proc_alive "$5" "$6" || die "$4 has died; see ${5%/run}/log/$6.log"
        sleep 0.25
    done
    die "$4 does not listen on $1:$2 after $3 s"
}

port_free() { # IP PORT WHAT   to be asked before WHAT is started
    local holder
    (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null || return 0
    holder=$(ss -Hltnp "sport = :$2" | awk -v ip="$1" '
        { address = $4; sub(/:[0-9]+$/, "", address) }
        address == ip || address == "*" || address == "0.0.0.0" || address == "[::]" { print $6; exit }')
    die "$1:$2, which $3 needs, is in use by another process${holder:+: $holder}"
}
