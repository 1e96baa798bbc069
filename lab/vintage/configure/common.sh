# shellcheck shell=bash
# The pieces of configuration that several services share; sourced, not run.

db_url() { echo "mysql+pymysql://$VINTAGE_NET:$PW_DB@$INFRA_IP/${VINTAGE_NET}_$1?charset=utf8"; }

c_default() { cat <<C # SERVICE
[DEFAULT]
debug = ${VINTAGE_DEBUG:-false}
use_stderr = true
state_path = $D/$1
transport_url = rabbit://$VINTAGE_NET:$PW_RABBIT@$INFRA_IP:5672/$VINTAGE_NET
rpc_response_timeout = 60
C
}

c_db() { cat <<C # DATABASE
connection = $(db_url "$1")
max_pool_size = 5
max_overflow = 30
C
}

# No version in auth_url: keystoneauth takes v3 where it is served and v2.0
# where it is not. Naming a domain is what lets it do both.
c_auth() { cat <<C # USER
auth_type = password
auth_url = $KS_ADMIN
username = $1
password = $PW_SERVICE
project_name = service
default_domain_id = default
C
}

c_shared() { cat <<C # USER
[oslo_concurrency]
lock_path = $D/lock
[oslo_messaging_rabbit]
rabbit_retry_interval = 1
[oslo_messaging_notifications]
driver = noop
[keystone_authtoken]
$(c_auth "$1")
auth_uri = $KS_PUBLIC
C
}
