"""Servers of the less usual kinds: NICs, volumes, states, and what they were made of since deleted."""
import gzip

from .. import states
from ..compute import keypair, user_data
from ..network import floating_ip
from ..session import Collection, call


def populate(tenant, flavors, images, own_flavors):
    fleet = Fleet(tenant, images, own_flavors)
    tenant.servers.fleet = fleet
    fleet.nics()
    fleet.volumes()
    fleet.settings()
    fleet.states(flavors)
    fleet.groups()
    fleet.origins(flavors)
    # of the other kind, which Nova makes: only it signs certificates
    keypair(tenant.session, tenant.of("certificate"), type="x509")
    flavors.ensure(f"{tenant.name}.wide", 512, 2, 2, specs={"lab:note": "größer"}, project_id=tenant.project_id,
                   ids=tenant.ids["flavors"], rxtx_factor=2.0)


class Fleet:
    """The rich tenant's servers; each method asks for those of one kind."""

    def __init__(self, tenant, images, flavors):
        self.tenant, self.images, self.flavors = tenant, images, flavors
        self.net, self.of = tenant.net, tenant.of
        self.prefix = f"{tenant.cloud.prefix}."

    def port(self, label, network, subnet=None, **attributes):
        """subnet: names of subnets to have an address in; else Neutron chooses."""
        if subnet:
            attributes["fixed_ips"] = [{"subnet_id": self.net.wires["subnets"][s]["id"]} for s in subnet]
        return self.net.ports.ensure(attributes.pop("name", self.of(label)), label=self.of(label),
                                     network_id=self.net.wires[network]["id"], **attributes)

    def want(self, suffix, networks=None, label=None, name=None, **server):
        """One NIC that Nova makes in the first network, the private image and the small flavor, if nothing else is said."""
        boots_from_volume = "block_device_mapping_v2" in server
        server.setdefault("flavorRef", self.flavors["small"]["id"])
        if not boots_from_volume:
            server.setdefault("imageRef", self.images["private"]["id"])
        self.tenant.servers.want(name or self.of(suffix), label=self.of(label or suffix),
                                 networks=networks or [{"uuid": self.net.wires["first"]["id"]}], **server)

    def nics(self):
        """Order matters, and networks may come twice; ports with all that ports can have."""
        wires, special = self.net.wires, self.net.special
        a0, b0 = self.port("nic-a0", "first"), self.port("nic-b0", "second", subnet=("second", "second2"))
        a1 = self.port("nic-a1", "first", name="", description="a port without a name", mac_address="fa:16:3e:aa:00:01")
        self.want("interleaved", [{"port": a0["id"], "tag": "front"}, {"port": b0["id"]}, {"port": a1["id"]},
                                  {"uuid": wires["second"]["id"], "tag": "made-by-nova"}])
        dual = self.port("dual", "dual", subnet=("dual4", "dual6"), dns_name="dual")
        stateful = self.port("v6", "v6", security_groups=[special["left"]["id"], special["right"]["id"]])
        self.want("dual", [{"port": dual["id"]}, {"port": stateful["id"]}])
        virtual = self.port("virtual-ip", "first", description="no server has it; others may answer for it")
        address = virtual["fixed_ips"][0]["ip_address"]
        self.port("reserved", "second", admin_state_up=False, device_owner="pumphouse:reserved")
        pairs = self.port("pairs", "first", allowed_address_pairs=[
            {"ip_address": address}, {"ip_address": "10.77.0.0/24", "mac_address": "00:00:5e:00:01:07"}])
        bare = self.port("bare", "second", port_security_enabled=False, security_groups=[])
        options = self.port("options", "pooled", qos_policy_id=self.net.policies["gold"]["id"], extra_dhcp_opts=[
            {"opt_name": "bootfile-name", "opt_value": "pxelinux.0", "ip_version": 4},
            {"opt_name": "tftp-server", "opt_value": "192.0.2.69", "ip_version": 4}])
        self.want("ports", [{"port": p["id"]} for p in (pairs, bare, options)])
        self.want("common", [{"uuid": wires["common"]["id"]}, {"uuid": wires["open"]["id"]}])

    def volumes(self):
        """Roots on volumes: made from an image, or there before; and volumes attached after boot."""
        made = self.tenant.block.made
        image, root = self.images["private"]["id"], made["root"]["id"]
        self.tenant.block.ready(made["root"])
        self.want("from-image", block_device_mapping_v2=[
            {"boot_index": 0, "source_type": "image", "destination_type": "volume", "uuid": image, "volume_size": 1,
             "delete_on_termination": False, "tag": "system"}])
        self.want("from-volume", block_device_mapping_v2=[
            {"boot_index": 0, "source_type": "volume", "destination_type": "volume", "uuid": root,
             "delete_on_termination": False},
            {"boot_index": -1, "source_type": "blank", "destination_type": "volume", "volume_size": 1,
             "delete_on_termination": True}])
        self.want("attached")
        self.want("attached-too", imageRef=self.images["scsi"]["id"])

    def attach(self):
        """Server, volume, the device asked for, and whether the volume goes with the server."""
        made, ids = self.tenant.block.made, self.tenant.ids["servers"]
        for server, volume, device, goes in (("attached", "data", "/dev/vdc", False), ("attached", "log", None, True),
                                             ("attached", "both", "/dev/vdf", False),
                                             ("attached-too", "both", None, False)):
            server_id, volume_id = ids[self.of(server)], made[volume]["id"]
            attached = self.tenant.servers.current[server_id]["os-extended-volumes:volumes_attached"]
            if volume_id in [v["id"] for v in attached]:
                continue
            call(self.tenant.session.compute, "POST", f"/servers/{server_id}/os-volume_attachments", {"volumeAttachment": {
                "volumeId": volume_id, "delete_on_termination": goes, **({"device": device} if device else {})}})
            self.tenant.block.ready(self.tenant.block.made[volume], "in-use")

    def settings(self):
        """What is said about a server when it is made."""
        cloud_init = gzip.compress(b"#cloud-config\nruncmd: [hostname]\n", mtime=0)
        self.want("config-drive", config_drive=True, user_data=user_data(cloud_init), tags=["blue", "größe"],
                  description="compressed user data, tags, 構成", metadata={"note": "größer"},
                  flavorRef=self.flavors["pinned"]["id"])
        self.want("eph", flavorRef=self.flavors["eph"]["id"], imageRef=self.images["qcow2"]["id"])
        self.want("large", imageRef=self.images["large"]["id"])
        # Nova would give Neutron the name as a DNS name, and Neutron refuses the ö
        self.want("foreign", name=self.of("Größe-サーバ"), hostname=self.of("foreign"))
        for i in (0, 1):
            self.want("twin", label=f"twin-{i}", description=f"twin {i}")
        second = self.tenant.users[-1]["name"]
        self.want("second-user", session=self.tenant.second_session,
                  **({"key_name": f"{second}-key"} if len(self.tenant.users) > 1 else {}))

    def states(self, flavors):
        """Every state that lasts."""
        self.want("locked", state=states.locked("audit until friday"))
        for suffix, state in (("paused", "PAUSED"), ("suspended", "SUSPENDED"), ("shelved", "SHELVED_OFFLOADED"),
                              ("broken", states.broken)):
            self.want(suffix, state=state)
        huge = flavors.ensure(f"{self.prefix}huge", 128, 1, 100000)     # a disk that no host has room for
        self.want("no-host", state="ERROR", flavorRef=huge["id"])
        self.want("resizing", state=states.resized(self.flavors["pinned"], confirm=False))
        self.want("resized", state=states.resized(self.flavors["pinned"], confirm=True))

    def groups(self):
        """Server groups: hosts apart, hosts together if that can be, and an empty one."""
        collection = Collection(self.tenant.session.compute, "/os-server-groups", self.tenant.ids["server_groups"],
                                plural="server_groups")
        apart = collection.ensure(self.of("apart"), policy="anti-affinity", rules={"max_server_per_host": 2})
        together = collection.ensure(self.of("together"), policy="soft-affinity")
        collection.ensure(self.of("empty"), policy="affinity")
        for i in (0, 1):
            self.want(f"apart-{i}", hints={"group": apart["id"]})
        self.want("together-0", hints={"group": together["id"]})

    def origins(self, flavors):
        """Servers whose flavor or image will be deleted while they run."""
        there = {s["name"] for s in self.tenant.servers.collection.listed()}
        if self.images["fleeting"]:
            self.want("image-gone", imageRef=self.images["fleeting"]["id"])
        else:
            self.want("image-gone")
        if self.of("flavor-gone") in there:
            self.want("flavor-gone")
        else:
            fleeting = flavors.ensure(f"{self.prefix}fleeting", 160, 1, 1, specs={"hw:boot_menu": "true"})
            self.want("flavor-gone", flavorRef=fleeting["id"])


def finish(tenant):
    tenant.servers.fleet.attach()
    flavors = call(tenant.admin.compute, "GET", "/flavors/detail", params={"is_public": "None", "limit": 1000})["flavors"]
    fleeting = f"{tenant.cloud.prefix}.fleeting"
    for flavor in flavors:
        if flavor["name"] == fleeting:
            call(tenant.admin.compute, "DELETE", f"/flavors/{flavor['id']}")
            tenant.cloud.ids["flavors"].pop(fleeting, None)
    # on a port that other addresses may use too
    port = tenant.net.ports.ids[tenant.of("pairs")]
    floating_ip(tenant, tenant.net.basis["external"], f"second of {tenant.name}", port_id=port)
