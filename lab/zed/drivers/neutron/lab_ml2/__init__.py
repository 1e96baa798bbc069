"""ML2 mechanism driver of the acceptance lab: binds every port, on any host.

There are no L2 agents in the lab, so nothing else would bind a port, and Nova
refuses to boot on a port whose binding failed.
"""
from neutron_lib.api.definitions import portbindings
from neutron_lib import constants
from neutron_lib.plugins.ml2 import api
from neutron_lib.services.qos import base as qos_base
from neutron_lib.services.qos import constants as qos_constants


class LabQosDriver(qos_base.DriverBase):
    """Says yes to every rule of every type.

    Without a driver that does, Neutron refuses ports under a policy that has
    rules ("Rule ... is not supported by ..."). Nothing enforces the rules here.
    """

    def __init__(self):
        super().__init__(name="lab", vif_types=[], vnic_types=[],
                         supported_rules={rule: {} for rule in qos_constants.VALID_RULE_TYPES})

    def is_vif_type_compatible(self, vif_type):
        return True

    def is_vnic_compatible(self, vnic_type):
        return True

    def is_rule_supported(self, rule):
        return True

    def validate_rule_for_port(self, context, rule, port):
        return True

    def validate_rule_for_network(self, context, rule, network_id):
        return True


class LabMechanismDriver(api.MechanismDriver):

    def initialize(self):
        # 'bridge': with libvirt, os-vif makes a bridge per network, which has
        # no uplink, and libvirt a tap in it; the lab driver ignores it.
        self.vif_type = portbindings.VIF_TYPE_BRIDGE
        self.vif_details = {portbindings.CAP_PORT_FILTER: True,
                            portbindings.VIF_DETAILS_CONNECTIVITY:
                                portbindings.CONNECTIVITY_L2}
        # registers itself with the QoS plugin, which is loaded after ML2
        self.qos_driver = LabQosDriver()

    @property
    def connectivity(self):
        return portbindings.CONNECTIVITY_L2

    def bind_port(self, context):
        for segment in context.segments_to_bind:
            context.set_binding(segment[api.ID], self.vif_type,
                                dict(self.vif_details),
                                status=constants.PORT_STATUS_ACTIVE)
            return
