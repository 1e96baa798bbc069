"""pyghmi's BMC with one machine: pyghmi_bmc.py PORT FILE; the password of admin is in BMC_PASSWORD.

FILE is what the machine is: {"power": "on"|"off", "boot": DEVICE, "asked": [ACTION...]}.
"""

import json
import os
import sys
import uuid

from pyghmi.ipmi import bmc


class Machine(bmc.Bmc):
    def __init__(self, port, path):
        super().__init__({"admin": os.environ["BMC_PASSWORD"]}, port=port, address="127.0.0.1")
        self.path = path
        self.state = {"power": "on", "boot": "default", "asked": []}
        self._do("start")

    def _do(self, action, **changes):
        self.state.update(changes)
        self.state["asked"].append(action)
        with open(self.path + ".new", "w", encoding="utf-8") as file:
            json.dump(self.state, file)
        os.replace(self.path + ".new", self.path)

    def get_system_guid(self):
        return uuid.UUID("12345678-1234-5678-1234-567812345678")

    def get_power_state(self):
        return self.state["power"]

    def power_off(self):
        self._do("off", power="off")

    def power_on(self):
        self._do("on", power="on")

    def power_cycle(self):
        if self.state["power"] == "off":
            return 0xD5
        self._do("cycle")
        return None

    def power_reset(self):
        self._do("reset")

    def power_shutdown(self):
        self._do("soft", power="off")

    def get_boot_device(self):
        return self.state["boot"]

    def set_boot_device(self, bootdevice):
        self._do("boot", boot=bootdevice)


if __name__ == "__main__":
    Machine(int(sys.argv[1]), sys.argv[2]).listen()
