#!/bin/bash
read -r name state < /options
echo "$name=$state $*"
