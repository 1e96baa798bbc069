# shellcheck shell=bash
# What a killed process leaves behind; sourced, not run. kill -9 on a leader
# (RabbitMQ's start script, an API's parent) leaves its children with the port.

group_is_ours() { # PGID   some member's command line names our state directory
    local stat line
    for stat in /proc/[0-9]*/stat; do
        { read -r line <"$stat"; } 2>/dev/null || continue
        # shellcheck disable=SC2086
        set -- "$1" ${line##*) }
        [ "$4" = "$1" ] || continue
        tr '\0' '\n' <"${stat%stat}cmdline" 2>/dev/null | grep -qF "$VINTAGE_DIR" && return 0
    done
    return 1
}

end_survivors() { # BASE_DIR
    local f name pid
    for f in "$1"/run/*.pid; do
        [ -e "$f" ] || continue
        name=$(basename "$f" .pid)
        proc_alive "$1/run" "$name" && continue
        read -r pid _ <"$f" || true
        if [ -n "$pid" ] && kill -0 -- "-$pid" 2>/dev/null && group_is_ours "$pid"; then
            log "$name was killed; ending what it left behind"
            kill -KILL -- "-$pid" 2>/dev/null || true
        fi
        rm -f "$f"
    done
}
