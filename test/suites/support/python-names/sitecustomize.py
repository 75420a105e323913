"""Loaded by Python itself from PYTHONPATH: plays the network's part for a suite that knows only the cloud's own host names.

Names below aliyuncs.com lead to the LocalYun at LOCALYUN_ENDPOINT, and so do ports 80 and 443 of this machine; TLS ends
here. Nothing of the suite, nor of the client it tests, is changed.
"""
import os
import socket
import ssl
import weakref
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"
HERE = (LOOPBACK, urlsplit(os.environ["LOCALYUN_ENDPOINT"]).port)
secure = weakref.WeakSet()

find_addresses = socket.getaddrinfo
find_address = socket.gethostbyname
connect = socket.socket.connect
wrap_socket = ssl.SSLContext.wrap_socket


def is_cloud_name(host):
    name = host.decode("ascii", "ignore") if isinstance(host, bytes) else host
    return isinstance(name, str) and (name == "aliyuncs.com" or name.endswith(".aliyuncs.com"))


def addresses_here(host, port, *args, **kwargs):
    if is_cloud_name(host):
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (LOOPBACK, int(port or 0)))]
    return find_addresses(host, port, *args, **kwargs)


def connect_here(self, address):
    if address in [(LOOPBACK, 80), (LOOPBACK, 443)]:
        if address[1] == 443:
            secure.add(self)
        return connect(self, HERE)
    return connect(self, address)


class Ended(socket.socket):
    """Where TLS has ended already: what clients ask of it, with the certificate that the names would have."""

    def getpeercert(self, binary_form=False):
        return b"" if binary_form else {"subjectAltName": (("DNS", self.server_name),)}

    def selected_alpn_protocol(self):
        return None


def wrap_here(self, sock, *args, **kwargs):
    if sock not in secure:
        return wrap_socket(self, sock, *args, **kwargs)
    timeout = sock.gettimeout()
    ended = Ended(fileno=sock.detach())
    ended.settimeout(timeout)
    ended.server_name = kwargs.get("server_hostname") or LOOPBACK
    return ended


socket.getaddrinfo = addresses_here
socket.gethostbyname = lambda host: LOOPBACK if is_cloud_name(host) else find_address(host)
socket.socket.connect = connect_here
ssl.SSLContext.wrap_socket = wrap_here
