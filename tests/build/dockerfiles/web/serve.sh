#!/bin/sh
id -un
cat "$1"
