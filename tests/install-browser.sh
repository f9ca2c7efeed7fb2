#!/bin/sh
# Make sure that a Chromium and a Chinese font are there for the browser tests; say so if not.
set -eu

browser=${CHROMIUM:-/usr/bin/chromium}
if [ -x "$browser" ]; then exit 0; fi

if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" -eq 0 ]; then
	echo "Installing Debian's chromium and fonts-noto-cjk for the browser tests …"
	export DEBIAN_FRONTEND=noninteractive
	if apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null; then
		exit 0
	fi
fi

echo "The browser tests need Chromium, there is none at $browser, and it cannot be installed from here" >&2
echo "(that takes root, apt-get and a network). Install it (on Debian: sudo apt-get install chromium fonts-noto-cjk)," >&2
echo "or say where it is: CHROMIUM=/path/to/chromium make test. Without it, the browser tests will fail." >&2
