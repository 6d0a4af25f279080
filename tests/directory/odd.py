#!/usr/bin/python3
"""Servers that misbehave, at three ports from the given one: silent; hanging up; answering garbage."""
import socket
import sys
import threading

address, first = sys.argv[1], int(sys.argv[2])


def serve(port, behave):
    server = socket.create_server((address, port))
    held = []
    while True:
        connection, _ = server.accept()
        held.append(connection)
        threading.Thread(target=behave, args=(connection,), daemon=True).start()


def silent(connection):
    pass


def hang_up(connection):
    connection.close()


def garbage(connection):
    connection.recv(1000)
    # A well-formed envelope around nonsense, then nonsense alone.
    connection.sendall(bytes.fromhex("30050201017800") + b"\xff" * 500)


for step, behave in enumerate([silent, hang_up, garbage]):
    threading.Thread(target=serve, args=(first + step, behave)).start()
