#!/bin/bash
# What bash offers to complete, as TAP; $1 is the completion, $2 the folder of sluicectl.
PATH=$2:$PATH
# shellcheck disable=SC1090
source "$1" || exit 1
number=0
failed=0

# offers NAME WANTED WORD...: whether completing the last word offers exactly that
offers()
{
    local name=$1 wanted=$2 got
    shift 2
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    COMPREPLY=()
    _sluicectl
    got=${COMPREPLY[*]}
    number=$((number + 1))
    # What is wanted is a pattern.
    # shellcheck disable=SC2053
    if [[ " $got " == $wanted ]]; then
        echo "ok $number /completion/$name"
    else
        failed=1
        echo "not ok $number /completion/$name"
        echo "# offered: $got"
    fi
}

offers commands " analyze doctor interfaces watch help --help --version " sluicectl ""
offers the-rest-of-a-command " watch " sluicectl w
offers options-of-watch "*--interface*--duration*--source*--by*--top*--interval*--json*" sluicectl watch --
offers sources " auto kernel pcap bpf " sluicectl watch --source ""
offers what-to-list " program protocol " sluicectl watch --by pro
offers interfaces-that-exist "* lo *" sluicectl watch -i ""
offers all-interfaces-together " any " sluicectl watch -i an
offers options-of-analyze "*--by*--local*--top*--json*" sluicectl analyze --
offers what-to-list-of-a-file " protocol " sluicectl analyze --by pro
offers nothing-for-a-number "  " sluicectl watch -d ""
offers commands-to-help-with " interfaces " sluicectl help i
echo "1..$number"
exit $failed
