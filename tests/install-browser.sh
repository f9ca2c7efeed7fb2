#!/bin/sh
# Make sure that Chromium, Firefox and a Chinese font are there for the browser tests; say so if not.
set -eu

browser=${CHROMIUM:-/usr/bin/chromium}
fox=${FIREFOX:-/usr/bin/firefox-esr}
if [ -x "$browser" ] && [ -x "$fox" ]; then exit 0; fi

if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" -eq 0 ]; then
	echo "Installing Debian's chromium, firefox-esr and fonts-noto-cjk for the browser tests …"
	export DEBIAN_FRONTEND=noninteractive
	if apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium firefox-esr fonts-noto-cjk >/dev/null; then
		exit 0
	fi
fi

echo "The browser tests need $browser and $fox; one is missing, and cannot be installed from here (that takes" >&2
echo "root, apt-get and a network). Install them (on Debian: sudo apt-get install chromium firefox-esr fonts-noto-cjk)," >&2
echo "or say where they are: CHROMIUM=/path FIREFOX=/path make test. Without them, the browser tests will fail." >&2
