#!/usr/bin/python3
"""The part of a session manager that a program sees, as GNOME's speaks it: it registers, and hears of the end.

Prints "ready", then "registered ID" for each client; the line "end" on standard input ends the session."""

import sys

import gi
gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

CLIENT = "/org/gnome/SessionManager/Client1"
INTERFACES = Gio.DBusNodeInfo.new_for_xml("""
<node>
  <interface name="org.gnome.SessionManager">
    <method name="RegisterClient">
      <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="o" direction="out"/>
    </method>
    <method name="UnregisterClient"><arg type="o" direction="in"/></method>
    <property name="SessionIsActive" type="b" access="read"/>
  </interface>
  <interface name="org.gnome.SessionManager.ClientPrivate">
    <method name="EndSessionResponse"><arg type="b" direction="in"/><arg type="s" direction="in"/></method>
    <signal name="QueryEndSession"><arg type="u"/></signal>
    <signal name="EndSession"><arg type="u"/></signal>
    <signal name="Stop"/>
  </interface>
</node>""")


def say(text):
    print(text, flush=True)


def call(connection, sender, path, interface, method, parameters, invocation):
    if method == "RegisterClient":
        say("registered " + parameters.unpack()[0])
        invocation.return_value(GLib.Variant("(o)", (CLIENT,)))
    else:
        invocation.return_value(None)


def get(connection, sender, path, interface, name):
    return GLib.Variant("b", True)


def heard(source, condition, bus):
    line = sys.stdin.readline()
    if line == "end\n":
        bus.emit_signal(None, CLIENT, "org.gnome.SessionManager.ClientPrivate", "EndSession", GLib.Variant("(u)", (0,)))
    return bool(line)


def main():
    loop = GLib.MainLoop()
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    bus.register_object("/org/gnome/SessionManager", INTERFACES.interfaces[0], call, get, None)
    bus.register_object(CLIENT, INTERFACES.interfaces[1], call, None, None)
    Gio.bus_own_name_on_connection(bus, "org.gnome.SessionManager", Gio.BusNameOwnerFlags.NONE,
                                   lambda *_: say("ready"), lambda *_: loop.quit())
    GLib.io_add_watch(sys.stdin, GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN | GLib.IOCondition.HUP, heard, bus)
    loop.run()


if __name__ == "__main__":
    main()
