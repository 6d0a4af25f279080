#!/usr/bin/env bash
# Opens workbooks in LibreOffice as a person's office program would, and looks for words in what it shows.
#
#   tests/office.sh HEADER NEEDLE FILE.xlsx...
#   tests/office.sh --again READER FILE.xlsx...
#
# Each file is converted to CSV, sheet by sheet, in a throw-away profile. HEADER and NEEDLE must each stand in some
# cell of some sheet (one line of it, without double quotes; numbers appear bare), and no sheet may show an error
# value. With --again, each file is opened and saved as a workbook again, and READER, a program that prints what the
# file it is given says, must print the same for both.
# One line per file; exit 0 when all is well, 1 when a file lacks a word, does not open or comes back changed, 2 when
# the check cannot be made.
set -euo pipefail

if [ "$#" -lt 3 ]; then
    sed -n '2,13s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
if ! command -v soffice >/dev/null; then
    echo "office.sh: there is no soffice; install libreoffice-calc" >&2
    exit 2
fi

again=
if [ "$1" = --again ]; then
    again=1
fi
header=$1
needle=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Comma, double quote, UTF-8, from the first line, quoted where needed, as shown, no formulas, all sheets.
filter='csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1'
faulty=0
number=0
for file in "$@"; do
    number=$((number + 1))
    out=$work/$number
    mkdir "$out"
    if ! cp -- "$file" "$out/book.xlsx" 2>/dev/null; then
        echo "$file: cannot be read"
        faulty=1
        continue
    fi
    if [ -n "$again" ]; then
        if ! timeout --kill-after=10 180 soffice "-env:UserInstallation=file://$work/profile" --headless --norestore \
            --convert-to xlsx --outdir "$out/again" "$out/book.xlsx" >"$out/log" 2>&1 ||
            ! [ -s "$out/again/book.xlsx" ]; then
            echo "$file: does not open: $(tail -n 1 "$out/log")"
            faulty=1
        elif ! "$needle" "$out/book.xlsx" >"$out/first" 2>&1 || ! "$needle" "$out/again/book.xlsx" >"$out/second" 2>&1; then
            echo "$file: cannot be read: $(cat "$out/first" "$out/second" 2>/dev/null | tail -n 1)"
            faulty=1
        elif ! diff "$out/first" "$out/second" >"$out/diff"; then
            echo "$file: comes back changed: $(head -n 3 "$out/diff" | cut -c1-200)"
            faulty=1
        else
            echo "$file: comes back unchanged, $(wc -l <"$out/first") lines"
        fi
        continue
    fi
    if ! timeout --kill-after=10 180 soffice "-env:UserInstallation=file://$work/profile" --headless --norestore \
        --convert-to "$filter" --outdir "$out/csv" "$out/book.xlsx" >"$out/log" 2>&1 ||
        ! compgen -G "$out/csv/*.csv" >/dev/null; then
        echo "$file: does not open: $(tail -n 1 "$out/log")"
        faulty=1
        continue
    fi
    missing=
    for word in "$header" "$needle"; do
        grep -qF -- "$word" "$out"/csv/*.csv || missing="$missing '$word'"
    done
    errors=$(grep -hoE '^"?(#(NAME\?|REF!|VALUE!|DIV/0!|N/A)|Err:[0-9]+)"?(,|$)|,"?(#(NAME\?|REF!|VALUE!|DIV/0!|N/A)|Err:[0-9]+)"?(,|$)' "$out"/csv/*.csv | head -n 1 || true)
    if [ -n "$missing" ]; then
        echo "$file: not found:$missing"
        faulty=1
    elif [ -n "$errors" ]; then
        echo "$file: shows the error $errors"
        faulty=1
    else
        sheets=$(find "$out/csv" -name '*.csv' | wc -l)
        echo "$file: opens, $sheets sheets"
    fi
done
exit "$faulty"
