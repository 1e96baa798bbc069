# shellcheck shell=bash
# Neutron without agents: pike/ml2 binds every port. Sourced by cloud.sh.
configure_neutron() {
    mkdir -p "$D/neutron"
    { c_default neutron; cat <<C
bind_host = $IP
bind_port = 9696
api_workers = 1
rpc_workers = 0
rpc_state_report_workers = 0
core_plugin = ml2
service_plugins = router,qos
auth_strategy = keystone
api_paste_config = $DIST/neutron/api-paste.ini
notify_nova_on_port_status_changes = true
notify_nova_on_port_data_changes = true
allow_overlapping_ips = true
network_auto_schedule = false
router_auto_schedule = false
[nova]
$(c_auth nova)
region_name = $REGION
[database]
$(c_db neutron)
[oslo_policy]
policy_file = $DIST/neutron/policy.json
$(c_shared neutron)
C
    } >"$E/neutron.conf"
    cat >"$E/ml2_conf.ini" <<C
[ml2]
type_drivers = flat,vlan,vxlan,gre,local
tenant_network_types = vxlan
mechanism_drivers = vintage
extension_drivers = port_security,qos
[ml2_type_flat]
flat_networks = *
[ml2_type_vlan]
network_vlan_ranges = physnet1:1000:1999
[ml2_type_vxlan]
vni_ranges = 1:10000
[ml2_type_gre]
tunnel_id_ranges = 1:1000
[securitygroup]
enable_security_group = true
C
}
