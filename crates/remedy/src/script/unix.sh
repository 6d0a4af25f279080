# --- From here on every script of Mimamori is the same. ------------------------------------------------------------
# Answers in one language, and no program but the system's.
LC_ALL=C PATH=/usr/bin:/bin:/usr/sbin:/sbin
export LC_ALL PATH
keep=/var/lib/mimamori/undo/$id
umask 077

give_up() {
    printf '%s\n' "$1" >&2
    exit 1
}
# The value of a variable of a step: get label 0
get() { eval "printf '%s\n' \"\$${1}_$2\""; }

case ${1-} in
    '') mode='do' ;;
    --preview) mode=preview ;;
    --undo) mode=undo ;;
    *) give_up "使い方 / usage: $0 [--preview | --undo]" ;;
esac
[ "$(id -u)" = 0 ] || give_up '管理者の権限が必要です。sudo を付けて実行してください。 / Run it with sudo.'

run_after_undo() {
    for step in $steps; do
        if [ "$(get after_undo "$step")" = yes ]; then "do_$step" || return 1; fi
    done
}

# Puts back every step that has a record, the last one first.
put_back() {
    whole=yes
    for step in $last_first; do
        [ -e "$keep/$step.before" ] || continue
        before=$(cat "$keep/$step.before")
        [ "$("state_$step")" != "$before" ] || continue
        "back_$step" "$before" || { whole=no; printf '%s\n' "元に戻せませんでした / could not be put back: $(get label "$step")" >&2; }
    done
    run_after_undo || whole=no
    [ "$whole" = yes ]
}

if [ "$mode" = undo ]; then
    [ -d "$keep" ] || { echo '元に戻すものがありません。 / There is nothing to put back.'; exit 0; }
    for step in $steps; do
        [ -e "$keep/$step.after" ] || continue
        now=$("state_$step")
        [ "$now" = "$(cat "$keep/$step.after")" ] ||
            give_up "修正のあとで別の変更がされているため、元に戻しません。 / Changed by others since, so nothing is put back: $(get label "$step")"
    done
    put_back || give_up '元に戻せなかったものがあります。管理者に知らせてください。 / Not everything could be put back. Tell your administrator.'
    rm -rf "$keep"
    echo '元に戻しました。 / Put back.'
    exit 0
fi

require_all
needed=
stateful=no
changing=no
for step in $steps; do
    if [ "$(get kind "$step")" = run ]; then needed="$needed $step"; continue; fi
    stateful=yes
    now=$("state_$step")
    if "holds_$step" "$now"; then continue; fi
    "known_$step" "$now" ||
        give_up "今の状態($now)からの戻し方がわからないため、何も変更しません。 / It is not known how to put back the present state ($now); nothing is changed: $(get label "$step")"
    needed="$needed $step"
    changing=yes
done
# What is only run (to check, to reload) is for what the others change.
if [ "$stateful" = yes ] && [ "$changing" = no ]; then
    echo 'すでにこの設定になっています。 / It is so already.'
    exit 0
fi
if [ "$mode" = preview ]; then
    for step in $needed; do
        printf '%s\n    %s -> %s\n' "$(get label "$step")" "$("state_$step")" "$(get wanted "$step")"
        if [ "$(get kind "$step")" = file ]; then "text_$step" | sed 's/^/    | /'; fi
    done
    exit 0
fi
if [ "$stateful" = yes ]; then
    # An earlier record that was never undone is kept beside.
    if [ -d "$keep" ]; then mv "$keep" "$keep.$(date +%Y%m%d%H%M%S)"; fi
    mkdir -p "$keep"
fi
for step in $needed; do
    if [ "$(get kind "$step")" != run ]; then
        "state_$step" >"$keep/$step.before"
        if [ "$(get kind "$step")" = file ] && [ -e "$(get path "$step")" ]; then cp -p "$(get path "$step")" "$keep/$step.file"; fi
    fi
    well=yes
    "do_$step" || well=no
    if [ "$well" = yes ] && [ "$(get kind "$step")" != run ]; then
        "state_$step" >"$keep/$step.after"
        "holds_$step" "$(cat "$keep/$step.after")" || well=no
    fi
    if [ "$well" = no ]; then
        if [ "$stateful" = yes ]; then
            put_back || give_up '途中で失敗し、元に戻せなかったものがあります。管理者に知らせてください。 / It failed, and not everything could be put back. Tell your administrator.'
            rm -rf "$keep"
        fi
        give_up "途中で失敗したため、変更したものを元に戻しました。 / It failed on the way; what was changed was put back: $(get label "$step")"
    fi
done
echo '変更しました。元に戻すには --undo を付けて実行します。 / Done. Run it with --undo to put it back.'
