#!/usr/bin/python3
"""A window of Debian's WebKit that its driver may steer.

With the name of a folder it keeps there what pages store, and has the private file system that
Safari has and WebKitGTK comes without, though it is built in. Without, it is as the driver's own
choice would be: MiniBrowser, which has no such file system and keeps nothing while it is steered.
"""

import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2  # noqa: E402

if len(sys.argv) > 1:
    folder = sys.argv[1]
    keeps = WebKit2.WebsiteDataManager(
        base_data_directory=folder + "/data", base_cache_directory=folder + "/cache"
    )
else:
    keeps = WebKit2.WebsiteDataManager.new_ephemeral()
context = WebKit2.WebContext(website_data_manager=keeps)
context.set_automation_allowed(True)


def as_in_safari(settings):
    features = WebKit2.Settings.get_all_features()
    for at in range(features.get_length()):
        feature = features.get(at)
        if feature.get_identifier() in ("StorageAPI", "FileSystem", "AccessHandle"):
            settings.set_feature_enabled(feature, True)


def window(_session):
    view = WebKit2.WebView(web_context=context, is_controlled_by_automation=True)
    if len(sys.argv) > 1:
        as_in_safari(view.get_settings())
    frame = Gtk.Window()
    frame.set_default_size(1280, 860)
    frame.add(view)
    frame.show_all()
    return view


def started(_context, session):
    name = WebKit2.ApplicationInfo()
    name.set_name("WebKitGTK")
    name.set_version(
        WebKit2.get_major_version(), WebKit2.get_minor_version(), WebKit2.get_micro_version()
    )
    session.set_application_info(name)
    session.connect("create-web-view", window)


context.connect("automation-started", started)
Gtk.main()
