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

proc_start() { # BASE_DIR NAME CMD...   does nothing when it runs already
    local base=$1 name=$2 pid; shift 2
    mkdir -p "$base/run" "$base/log"
    proc_alive "$base/run" "$name" && return 0
    setsid "$@" >>"$base/log/$name.log" 2>&1 </dev/null &
    pid=$!
    disown
    echo "$pid $(_starttime "$pid")" >"$base/run/$name.pid"
}

proc_stop() { # BASE_DIR NAME [SECONDS]   TERM, then KILL for its process group
    local base=$1 name=$2 limit=${3:-20} pid st i
    if proc_alive "$base/run" "$name"; then
        read -r pid st <"$base/run/$name.pid"
        kill -TERM "$pid" 2>/dev/null || true
        for ((i = 0; i < limit * 5; i++)); do
            [ "$(_starttime "$pid")" = "$st" ] || break
            sleep 0.2
        done
        # setsid made it a group leader; its workers may outlive it
        kill -KILL -- "-$pid" 2>/dev/null || true
    fi
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
