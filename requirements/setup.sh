#!/bin/sh
# Makes the environment if it is missing, installs one locked list into it, then the project itself.
# Usage: PYTHON=python3 setup.sh .venv requirements/run.lock
# Every package of the list is checked against its hash. uv does the work where it is present or can
# be installed, pip otherwise.
set -eu
venv=$1
lock=$2
python=${PYTHON:-python3}
here=$(dirname "$0")
inside=$venv/bin/python

refuse() {
    echo "geocyber: $1" >&2
    exit 1
}

require_python() {
    version=$("$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) ||
        refuse "$1 does not start; install Python 3.11 or newer, or name one: make PYTHON=python3.12 run"
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        refuse "Python 3.11 or newer is needed, $1 is $version; name another: make PYTHON=python3.12 run"
}

# A name on the PATH is not enough: version managers leave stubs that do not start.
starts() {
    "$@" --version >/dev/null 2>&1
}

make_environment() {
    require_python "$python"
    if starts uv; then
        uv venv --quiet --python "$python" "$venv"
    elif "$python" -c 'import ensurepip' 2>/dev/null; then
        "$python" -m venv "$venv"
    elif starts "$python" -m pip; then
        # Debian without python3-venv: the pip outside installs one inside.
        "$python" -m venv --without-pip "$venv"
        "$python" -m pip --quiet --python "$inside" install pip
    else
        refuse "$python cannot make an environment; install uv, or on Debian: apt-get install python3-venv"
    fi
}

# Prints the command that installs into the environment.
installer() {
    if starts uv; then
        echo "uv pip install --quiet --python $inside"
        return
    fi
    starts "$inside" -m pip || refuse "$venv holds neither uv nor pip; run make clean, then try again"
    if starts "$venv/bin/uv" || "$inside" -m pip --quiet install --require-hashes -r "$here/installer.lock" 2>/dev/null; then
        echo "$venv/bin/uv pip install --quiet --python $inside"
    else
        echo "$inside -m pip install --quiet"
    fi
}

[ -x "$inside" ] || make_environment
require_python "$inside"
install=$(installer)
echo "geocyber: installing $lock ($install)"
$install --require-hashes -r "$lock"
$install --no-deps --no-build-isolation --editable .
