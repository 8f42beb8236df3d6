#!/bin/sh
# libwebsockets.sh URL [--best]: the program of libwebsockets.c; ../README.md says how to make it.
rest=${1#ws://}
address=${rest%%/*}
exec ./libwebsockets "${address%:*}" "${address##*:}" "/${rest#*/}" $2
