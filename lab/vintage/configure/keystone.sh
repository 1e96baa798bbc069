# shellcheck shell=bash
# Keystone: the versions it serves and its tokens. Sourced by cloud.sh.
configure_keystone() {
    mkdir -p "$D/fernet" "$D/credential"
    chmod 700 "$D/fernet" "$D/credential"
    { c_default keystone; cat <<C
public_endpoint = $KS_PUBLIC/
admin_endpoint = $KS_ADMIN/
[database]
$(c_db keystone)
[token]
provider = $VINTAGE_TOKEN
expiration = 14400
[fernet_tokens]
key_repository = $D/fernet
[credential]
key_repository = $D/credential
[paste_deploy]
config_file = $E/keystone-paste.ini
[cache]
enabled = false
[oslo_messaging_notifications]
driver = noop
C
    } >"$E/keystone.conf"
    # The composites of both ports name the versions they serve.
    if [ "$VINTAGE_KEYSTONE_V3" = yes ]; then
        cp "$DIST/keystone/keystone-paste.ini" "$E/keystone-paste.ini"
    else
        sed '/^\/v3 = /d' "$DIST/keystone/keystone-paste.ini" >"$E/keystone-paste.ini"
    fi
}
