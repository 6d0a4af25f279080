remedy-title = 直し方:{ $x }
remedy-lead = 何が問題か、直すと何が変わるか、元に戻すにはどうするかを確かめてから直します。迷ったら、実行する前に管理者に相談してください。
remedy-met = この項目は満たされています。直す必要はありません。
remedy-wrong = 今の問題
remedy-why = なぜ直すのか
remedy-fixes = 用意された直し方
remedy-fixes-hint = 見守りのエージェントが入っているPCでは、エージェントの画面からも同じ直し方を実行できます。どちらも管理者の権限が必要です。
remedy-system-windows = Windows
remedy-system-linux = Linux
remedy-system-macos = macOS
remedy-changes = 変わること
remedy-caution = 気を付けること
remedy-restart = 再起動
remedy-restart-needed = 再起動すると有効になります。
remedy-undo = 元に戻すと
remedy-script = スクリプトをダウンロード
remedy-how-to-run = 先に見る・実行する・元に戻す
remedy-run-preview = 先に見る(何も変えません)
remedy-run = 実行する
remedy-run-undo = 元に戻す
remedy-window = スクリプトを実行する画面の開き方(Windows)
remedy-window-steps =
    スクリプトをダウンロードします(「ダウンロード」フォルダーに入ります)。
    スタートボタンを右クリックし、「ターミナル(管理者)」または「Windows PowerShell(管理者)」を選びます。
    「cd $HOME\Downloads」と入力してEnterキーを押します(管理者として別の名前でサインインした場合は、ダウンロードしたフォルダーを指定します)。
    上の「先に見る」の行をコピーして貼り付け、変わるものを確かめてから、「実行する」の行を実行します。
remedy-by-hand = 自分の手で直す手順
remedy-no-script = 判断や確認が必要なため、スクリプトは用意していません。手順に沿って直してください。
remedy-or-above = 上の「用意された直し方」の代わりに、画面で直す場合の手順です。
remedy-after = 直したあと、エージェントが次に報告したとき(または、もう一度収集して取り込んだとき)に判定が変わります。
remedy-link = 直し方の案内
