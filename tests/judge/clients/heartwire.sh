#!/bin/sh
# heartwire connect at its defaults: heartwire.sh URL. $HEARTWIRE names the tool.
tool=${HEARTWIRE:-heartwire}
case $1 in
  */silent-busy*)
    number=0
    while sleep 1; do number=$((number + 1)); echo "message $number"; done | "$tool" connect "$1" ;;
  */greeting*) exec "$tool" connect "$1" --on-eof stay --greeting subscribe ;;
  *) exec "$tool" connect "$1" --on-eof stay ;;
esac
