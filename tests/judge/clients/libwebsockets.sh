#!/bin/sh
# libwebsockets' own test client (Debian's libwebsockets-test-server package): libwebsockets.sh URL.
# It would open two connections; --justmirror leaves the one on which it draws all the time.
exec libwebsockets-test-client --justmirror "$1"
