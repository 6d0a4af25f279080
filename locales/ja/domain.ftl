domain-published = { $x } のグループポリシーに、誰でも読めるパスワードがあります。
domain-published-look = 内容と対処を見る
domain-link = 読み取った内容を見る
domain-statements = 判定の一覧
domain-lead = 読み取った内容を、求められる設定と並べて示します。上から順に、危険なものから対処してください。
domain-read-at = 読み取り:{ $x }
domain-never-read = まだ読み取っていません。
domain-alarm = 誰でも読めるパスワードが{ $n }件あります。すぐに変更してください。
domain-items = { $n }件
domain-more = ほか{ $n }件
domain-bad = 要対応 { $n }件
domain-rows = { $n }件
domain-all = { $n }件すべてを見る・探す
domain-verdict = 判定の理由と対処
domain-item = 項目
domain-found = 見つかった値
domain-expected = 期待する値
domain-todo = 対応
domain-state-bad = 要対応
domain-state-look = 要確認
domain-state-unread = 未確認
domain-state-good = 適合
domain-table-unread = 読み取れていません。読み取り用アカウントの権限と、読み取りの設定をご確認ください。
domain-table-none = 該当するものはありません。
domain-table-password = パスワードとロックアウト
domain-about-password = ドメイン全体に効くパスワードポリシーです。
domain-table-fine-grained = 一部の人向けのポリシー(PSO)
domain-about-fine-grained = 特定のグループやユーザーには、全体のポリシーより優先して効きます。弱いものがあると、その人のアカウントから破られます。
domain-table-builtin = 組み込みアカウント
domain-about-builtin = 名前を変えても見つかるよう、名前ではなくSID(500・501)で調べています。
domain-table-privileged = 特権グループ
domain-about-privileged = 入れ子のグループを通じたメンバーも含みます。前回の確認のあとに加わった人を先に示します。
domain-table-admin-count = 過去に特権を持ったアカウント(adminCount)
domain-about-admin-count = 今は特権がなく、その理由も分からないものは、侵入の跡の可能性があります。
domain-table-protocols = 古いプロトコルの禁止
domain-about-protocols = ドメインコントローラー・サーバー・PCのすべてに届いている必要があります。
domain-table-settings = グループポリシーの設定
domain-about-settings = 機器の種類ごとに、効いている値と、それを決めているGPO・ファイルを示します。ほかのGPOに上書きされて効かない設定と、値の異なるOUも示します。
domain-table-objects = グループポリシーオブジェクト(GPO)
domain-about-objects = グループポリシーのリンク先と、壊れているもの・食い違いのあるものを示します。
domain-table-computers = コンピューター
domain-about-computers = ローカル管理者のパスワードをLAPSで管理しているか、90日以上使われていないものがないかを示します。
domain-table-weak = 弱い設定のアカウント
domain-about-weak = 危険の理由と対処は、上の「危険な設定」にあります。
domain-table-transport = ドメインコントローラーとの通信
domain-about-transport = 読み取りのときに、ドメインコントローラーが実際に使っていた設定です。
domain-table-users = ユーザー
domain-about-users = 名前、状態、最終ログオンの一覧です。最終ログオンは、複製の都合で最大14日遅れます。
domain-cell-on = 有効
domain-cell-off = 無効
domain-cell-unread = 読み取れていない
domain-cell-at-least = { $x } 以上
domain-cell-at-most = 1~{ $x }
domain-cell-never = ロックしない(0)
domain-cell-until-unlocked = 管理者が解除するまで(0)
domain-cell-min-length = パスワードの最小の長さ(文字)
domain-cell-complexity = 複雑さの要件
domain-cell-lockout-threshold = ロックするまでの失敗回数
domain-cell-lockout-minutes = ロックする時間(分)
domain-cell-hits = 適用される人
domain-cell-count = { $x }件
domain-cell-administrator-name = 組み込みAdministratorの名前(RID 500)
domain-cell-renamed = 既定以外の名前
domain-cell-administrator-logon = 組み込みAdministratorの利用
domain-cell-never-used = ログオンの記録なし
domain-cell-emergency-only = 緊急時だけ
domain-cell-guest = Guest(RID 501)
domain-cell-nobody = なし
domain-cell-account-on = 有効
domain-cell-account-off = 無効
domain-cell-via = 「{ $x }」を通じて
domain-cell-foreign = 別のドメインのアカウント
domain-cell-last-logon = 最終ログオン
domain-cell-new-since-review = 前回の確認のあとに追加
domain-cell-reviewed = 確認済みの人だけ
domain-cell-privileged-now = 今も特権グループにいる
domain-cell-privileged-before = 今は特権グループにいない
domain-cell-mark-explained = 理由の分かるものだけ
domain-cell-lm-level = LAN Manager認証レベル
domain-cell-no-lm-hash = LMハッシュを保存しない
domain-cell-smb1-server = SMB 1サーバーの無効化
domain-cell-smb1-client = SMB 1クライアントの無効化
domain-cell-ntlm-receiving = 受信するNTLMの監査
domain-cell-ntlm-sending = 送信するNTLMの監査
domain-cell-forbidden = 1(すべての機器)
domain-cell-not-configured = 未構成
domain-cell-gpo = GPO:{ $x }
domain-cell-domain-controllers = ドメインコントローラー
domain-cell-servers = サーバー
domain-cell-workstations = PC
domain-cell-overridden = 効いていない設定:{ $x }
domain-cell-exception = 例外:{ $x }
domain-cell-not-linked = どこにもリンクされていない
domain-cell-linked = リンク先:{ $x }
domain-cell-enforced = 強制
domain-cell-computer-half-off = コンピューターの構成が無効
domain-cell-filtered = 適用対象の限定:{ $x }
domain-cell-trouble = 問題:{ $x }
domain-cell-stale = 90日以上使われていない
domain-cell-laps = LAPSで管理
domain-cell-no-local = 対象外
domain-cell-domain-controller = ドメインコントローラー
domain-cell-laps-windows = Windows LAPS
domain-cell-laps-legacy = 旧LAPS
domain-cell-laps-none = LAPSなし
domain-cell-laps-unread = LAPSは読み取れていない
domain-cell-laps-expires = 次の変更
domain-cell-laps-expired = 変更の期限切れ
domain-cell-no-preauthentication = Kerberosの事前認証なし
domain-cell-unconstrained-delegation = 制約のない委任
domain-cell-reversible-encryption = 元に戻せる形で保存
domain-cell-password-not-required = パスワードが不要
domain-cell-service-principals = サービスに使われている、人のアカウント(SPN)
domain-cell-password-never-expires = パスワードが無期限
domain-cell-stale-accounts = 90日以上使われていないユーザー
domain-cell-host = ドメインコントローラー
domain-cell-bound-with = サインインの方法
domain-cell-ldap-signing = LDAP署名の必須化
domain-cell-channel-binding = LDAPのチャネルバインディング
domain-cell-smb-signing = SMB署名の必須化
domain-cell-smb-dialect = SMBのバージョン
domain-cell-anonymous-search = 匿名での検索
domain-cell-certificate = 証明書の期限
domain-cell-thirty-days = 30日より先
domain-cell-password-set = パスワードの変更
domain-cell-expires = アカウントの期限
domain-todo-password = 「グループポリシーで直す」でパスワードの設定を作るか、Default Domain Policyを変更します。
domain-todo-lockout = 「グループポリシーで直す」でロックアウトの設定を作るか、Default Domain Policyを変更します。
domain-todo-rename = 推測されにくい名前に変更し、普段は個人の管理用アカウントを使います。
domain-todo-guest = Guestを無効にします。
domain-todo-review = 本人と必要性を確かめ、不要ならグループから外します。必要なら確認の記録を残します。
domain-todo-admin-count = 特権を持っていた理由を確かめます。不要ならadminCountを消し、アクセス許可の継承を有効に戻します。
domain-todo-policy = 「グループポリシーで直す」から設定を作り、足りない機器にもリンクします。
domain-todo-conflict = どちらの設定が正しいかを決め、もう一方を消します。
domain-todo-trouble = グループポリシーの管理でこのGPOを開いて保存し直すか、バックアップから復元します。
domain-todo-laps = Windows LAPSを適用します。
domain-todo-laps-expired = PCが長く接続していないか、LAPSの適用に失敗しています。接続とイベントログを確かめます。
domain-todo-stale = 使っていなければ無効にし、のちに削除します。
domain-todo-hazard = 上の「危険な設定」の対処を行います。
domain-todo-expired = 期限の切れたアカウントです。無効にします。
hazard-title = 危険な設定
hazard-lead = ガイドラインの項目のほかにも、ドメインを乗っ取られる足がかりになる設定を探しました。危険なものから順に示します。
hazard-none = 読み取れた範囲では見つかりませんでした。読み取れていないものは、下の各表に示しています。
hazard-why = なぜ危険か
hazard-todo = 対処
hazard-weight-critical = 極めて危険
hazard-weight-high = 危険
hazard-weight-medium = 注意
hazard-weight-low = 整理
hazard-figure-krbtgt-age = { $n }日前に設定
hazard-figure-machine-account-quota = 1人{ $n }台まで
hazard-figure-certificate-ends = あと{ $n }日
hazard-published-passwords-title = グループポリシーに書かれたパスワード(cpassword)
hazard-published-passwords-why = グループポリシーの「基本設定」に書かれたパスワードは、公開されている鍵で誰でも元に戻せます。ドメインのすべてのユーザーが、SYSVOLにあるこのファイルを読めます。
hazard-published-passwords-todo = そのアカウントのパスワードをすぐに変更し、GPOの該当する項目を削除します。ローカル管理者のパスワードはLAPSに移します。
hazard-no-preauthentication-title = Kerberosの事前認証が不要なアカウント
hazard-no-preauthentication-why = パスワードを知らない人でも、解読用の暗号文を取り出せます。あとは時間をかけてパスワードを割り出すだけです(AS-REP Roasting)。
hazard-no-preauthentication-todo = アカウントのオプション「Kerberos事前認証を必要としない」を外し、パスワードを変更します。
hazard-unconstrained-delegation-title = 制約のない委任
hazard-unconstrained-delegation-why = このコンピューターやアカウントが侵されると、接続してきた管理者の権限をそのまま奪われます。
hazard-unconstrained-delegation-todo = 必要なサービスだけへの「制約付き委任」に変えます。管理者のアカウントは「アカウントは重要なので委任できない」にするか、Protected Usersに入れます。
hazard-reversible-encryption-title = 元に戻せる形で保存されたパスワード
hazard-reversible-encryption-why = ドメインコントローラーやバックアップを読まれると、パスワードがそのまま分かります。
hazard-reversible-encryption-todo = アカウントのオプション「暗号化を元に戻せる状態でパスワードを保存する」を外し、パスワードを変更します。
hazard-password-not-required-title = パスワードがなくてもよいアカウント
hazard-password-not-required-why = パスワードポリシーに関係なく、空のパスワードを設定できます。
hazard-password-not-required-todo = PowerShellの Set-ADUser -PasswordNotRequired $false で必須に戻し、パスワードを設定し直します。
hazard-service-principals-title = サービスに使われている、人のアカウント
hazard-service-principals-why = ドメインの誰でも、そのパスワードの解読用の暗号文を取り出せます(Kerberoasting)。短いパスワードは割り出されます。
hazard-service-principals-todo = グループ管理サービスアカウント(gMSA)に置き換えます。できなければ25文字以上のパスワードにし、AESだけを使うようにします。
hazard-password-never-expires-title = パスワードが無期限のアカウント
hazard-password-never-expires-why = 漏れたパスワードが、気付かれないまま使われ続けます。退職した人が知っていることもあります。
hazard-password-never-expires-todo = 人のアカウントでは外します。サービス用はgMSAに置き換えるか、変更の予定を決めて記録します。
hazard-stale-accounts-title = 使われていないユーザー
hazard-stale-accounts-why = 持ち主のいないアカウントは、乗っ取られても誰も気付きません。
hazard-stale-accounts-todo = 退職・休職の名簿と照らし、不要なものを無効にします。
hazard-krbtgt-age-title = krbtgtのパスワードが古い
hazard-krbtgt-age-why = 一度盗まれると、変更するまで、どの利用者にもなりすませる偽のチケット(ゴールデンチケット)を作られます。
hazard-krbtgt-age-todo = 180日ごとに変更します。1回変えて複製を待ち、10時間以上空けてからもう1回変えます。Microsoftの手順とスクリプトに従ってください。
hazard-machine-account-quota-title = 誰でもコンピューターを参加させられる
hazard-machine-account-quota-why = 一般ユーザーが勝手にコンピューターのアカウントを作り、権限を広げる攻撃に使えます。
hazard-machine-account-quota-todo = PowerShellの Set-ADDomain で ms-DS-MachineAccountQuota を0にし、参加の作業は担当者に委任します。
hazard-old-systems-title = サポートの終わったOS
hazard-old-systems-why = 見つかった脆弱性が直されません。1台が侵されると、そこからドメイン全体に広がります。
hazard-old-systems-todo = 更新するか入れ替えます。すぐにできないものは、ネットワークを分け、ドメインから外します。
hazard-stale-computers-title = 使われていないコンピューター
hazard-stale-computers-why = なくしたPCや廃棄したPCのアカウントが残っていると、持ち出した人がドメインに接続できます。
hazard-stale-computers-todo = 所在を確かめ、不要なものを無効にし、のちに削除します。
hazard-anonymous-search-title = 名前を名乗らずに一覧を取得できる
hazard-anonymous-search-why = 社内のネットワークに入った人が、アカウントの一覧を手に入れ、パスワードを試せます。
hazard-anonymous-search-todo = dsHeuristicsの7文字目を0に戻し、「Pre-Windows 2000 Compatible Access」からAnonymous Logonを外します。
hazard-ldap-signing-title = LDAPの署名が必須になっていない
hazard-ldap-signing-why = 通信の途中に入った人が、管理者のサインインを横取りしてディレクトリを書き換えられます(NTLMリレー)。
hazard-ldap-signing-todo = 「ドメイン コントローラー: LDAP サーバー署名必須」を「署名を必要とする」にします。先に、ディレクトリサービスのイベント2887・2889で、署名しない機器を探します。
hazard-channel-binding-title = LDAPのチャネルバインディングが無効
hazard-channel-binding-why = TLSで暗号化していても、サインインを別の通信に中継されることがあります。
hazard-channel-binding-todo = 「ドメイン コントローラー: LDAP サーバー チャネル バインディング トークンの要件」を「サポートされている場合」以上にします。
hazard-smb-signing-title = SMBの署名が必須になっていない
hazard-smb-signing-why = ドメインコントローラーとの間に入った人が、グループポリシーを書き換えたり、サインインを中継したりできます。
hazard-smb-signing-todo = 「Microsoft ネットワーク サーバー: 常に通信にデジタル署名を行う」を有効にします。ドメインコントローラーでは既定で有効です。無効にしたGPOを探してください。
hazard-certificate-ends-title = ドメインコントローラーの証明書の期限
hazard-certificate-ends-why = 切れると、LDAPSを使うVPNや業務システムのサインインが一斉に止まります。暗号化しない設定に変えてしまう事故も起きます。
hazard-certificate-ends-todo = 証明書を更新し、自動登録が働いているかを確かめます。
hazard-foreign-members-title = 特権グループにいる、別のドメインのアカウント
hazard-foreign-members-why = 自社で止められないアカウントが、自社のドメインを管理できます。
hazard-foreign-members-todo = 必要性を確かめ、自社のドメインの個人の管理用アカウントに置き換えます。
policy-link = グループポリシーで直す
policy-title = グループポリシーで直す
policy-lead = 未達の項目を満たす設定を選び、グループポリシーに取り込めるファイルを作ります。見守りがドメインに書き込むことはありません。取り込みは、管理者が下の手順で行います。
policy-order = 安全な進め方
policy-order-1 = 試験用のOUを作り、業務への影響が少ないPCを1台だけ移します。
policy-order-2 = 番号の小さいものから1つずつ取り込み、試験用のOUにリンクします。アカウントに関するもの(パスワード・ロックアウト)は、ドメイン全体でしか効きません。
policy-order-3 = gpupdate /force を実行し、業務を1日続けて支障がないことを確かめます。
policy-order-4 = 支障がなければ本来の場所にリンクし、もう一度ドメインを読み取って判定が変わったことを確かめます。支障があればリンクを外します。
policy-wanted = 未達
policy-change = 変更
policy-breaks = 影響
policy-serves = 満たす項目
policy-scope-domain = ドメイン全体
policy-scope-servers = サーバー
policy-scope-workstations = PC
policy-administrator = 組み込みAdministratorの新しい名前
policy-administrator-hint = 20文字以内。会社名や部署名など、推測されやすい言葉は避けてください。
policy-download = 選んだ設定をダウンロードする(ZIP)
policy-download-hint = 取り込み方と戻し方の説明も入っています。誰がいつ作成したかを監査記録に残します。
policy-change-ntlm-audit-title = NTLMの利用を記録する
policy-change-ntlm-audit-after = 受信:2(すべて)/ 送信:1(監査)
policy-change-ntlm-audit-breaks = 記録が増えるだけで、止まるものはありません。イベントログの容量を確かめてください。
policy-change-event-logs-title = イベントログを上書きせずに保存する
policy-change-event-logs-after = 100MBで自動アーカイブ
policy-change-event-logs-breaks = アーカイブがディスクにたまります。空き容量を見張り、古いものは別の場所に移してください。
policy-change-no-lm-hash-title = LMハッシュを保存しない
policy-change-no-lm-hash-after = 1(保存しない)
policy-change-no-lm-hash-breaks = Windows 2000より前の機器がサインインできなくなります。
policy-change-guest-off-title = Guestを無効にする
policy-change-guest-off-after = 無効
policy-change-guest-off-breaks = 名前を名乗らずに共有フォルダーを使っている複合機などは、専用のアカウントが必要になります。
policy-change-rename-administrator-title = 組み込みAdministratorの名前を変える
policy-change-rename-administrator-after = 下に入力する名前
policy-change-rename-administrator-breaks = 「Administrator」の名前を書き込んだタスク、スクリプト、バックアップの設定が動かなくなります。先に探してください。
policy-change-password-policy-title = パスワードを12文字以上・複雑にする
policy-change-password-policy-after = 12文字以上、複雑さの要件あり
policy-change-password-policy-breaks = 今のパスワードは次の変更まで使えます。変更を求める日を先に知らせてください。
policy-change-lockout-title = 10回失敗したら30分ロックする
policy-change-lockout-after = 10回、30分
policy-change-lockout-breaks = 古いパスワードを覚えたスマートフォンやサービスがあると、本人がロックされます。先に、失敗の記録(イベント4625)を確かめてください。
policy-change-laps-title = Windows LAPSで管理者のパスワードを変える
policy-change-laps-after = 有効(Active Directoryに保管)
policy-change-laps-breaks = 共通のローカル管理者パスワードは使えなくなります。先にスキーマの拡張(Update-LapsADSchema)とOUの権限の設定が必要です。
policy-change-firewall-title = Windowsファイアウォールをすべて有効にする
policy-change-firewall-after = 3つのプロファイルで有効、受信は既定で拒否
policy-change-firewall-breaks = PCに接続しに来る管理ツールや複合機のスキャン保存先が止まることがあります。必要な相手だけを規則で許可してください。
policy-change-discovery-off-title = ネットワーク探索と共有を止める
policy-change-discovery-off-after = 無効
policy-change-discovery-off-breaks = PC同士のフォルダー共有とプリンター共有が止まります。ファイルサーバーやプリントサーバーに移してください。
policy-change-rdp-nla-title = リモートデスクトップでNLAを必須にする
policy-change-rdp-nla-after = 1(必須)
policy-change-rdp-nla-breaks = NLAに対応しない古いリモートデスクトップのクライアントやシンクライアントは接続できなくなります。
policy-change-lm-level-title = LAN Manager認証とNTLMv1を禁止する
policy-change-lm-level-after = 5(NTLMv2だけ)
policy-change-lm-level-breaks = 古いNASや複合機がつながらなくなることがあります。先に1番の記録で、NTLMv1を使う機器を探してください。
policy-change-smb1-off-title = SMB 1を無効にする
policy-change-smb1-off-after = サーバー・クライアントとも無効
policy-change-smb1-off-breaks = SMB 1しか使えない古いNASや複合機には接続できなくなります。先にSMB 1の監査(イベント3000)で探し、更新か交換を済ませてください。
policy-setting-lm_compatibility_level = LAN Manager認証レベル(0~5)
policy-setting-no_lm_hash = LMハッシュ(1=保存しない)
policy-setting-smb1_server_off = SMB 1サーバー(0=無効)
policy-setting-smb1_client_off = SMB 1クライアント(4=無効)
policy-setting-ntlm_audit_receiving = 受信するNTLMの監査(2=すべて記録)
policy-setting-ntlm_restrict_sending = 送信するNTLMの扱い(1=監査、2=拒否)
policy-setting-smb_signing-server = SMB署名、サーバー側(1=必須)
policy-setting-smb_signing-client = SMB署名、クライアント側(1=必須)
policy-setting-ldap_server_integrity = LDAP署名(2=必須)
policy-setting-ldap_channel_binding = LDAPのチャネルバインディング(1=対応する相手だけ、2=常に)
policy-setting-remote_desktop-denied = リモートデスクトップ接続(1=拒否)
policy-setting-remote_desktop-nla = リモートデスクトップ接続前の認証、NLA(1=必須)
policy-setting-remote_desktop-port = リモートデスクトップのポート番号
policy-setting-firewall-domain-enabled = ファイアウォール、ドメイン(1=有効)
policy-setting-firewall-domain-inbound_block = ファイアウォールの受信、ドメイン(1=既定で拒否)
policy-setting-firewall-private-enabled = ファイアウォール、プライベート(1=有効)
policy-setting-firewall-private-inbound_block = ファイアウォールの受信、プライベート(1=既定で拒否)
policy-setting-firewall-public-enabled = ファイアウォール、パブリック(1=有効)
policy-setting-firewall-public-inbound_block = ファイアウォールの受信、パブリック(1=既定で拒否)
policy-setting-event_log-application-max_size = イベントログ「アプリケーション」の最大サイズ(KB)
policy-setting-event_log-application-retention = イベントログ「アプリケーション」が一杯になったとき(レジストリ 1・テンプレート 2=上書きしない)
policy-setting-event_log-application-auto_backup = イベントログ「アプリケーション」の自動アーカイブ(1=する)
policy-setting-event_log-security-max_size = イベントログ「セキュリティ」の最大サイズ(KB)
policy-setting-event_log-security-retention = イベントログ「セキュリティ」が一杯になったとき(レジストリ 1・テンプレート 2=上書きしない)
policy-setting-event_log-security-auto_backup = イベントログ「セキュリティ」の自動アーカイブ(1=する)
policy-setting-event_log-system-max_size = イベントログ「システム」の最大サイズ(KB)
policy-setting-event_log-system-retention = イベントログ「システム」が一杯になったとき(レジストリ 1・テンプレート 2=上書きしない)
policy-setting-event_log-system-auto_backup = イベントログ「システム」の自動アーカイブ(1=する)
policy-setting-administrator_renamed = 組み込みAdministratorの名前
policy-setting-guest_disabled = Guestアカウント(0=無効)
policy-setting-password-min_length = パスワードの最小の長さ(文字)
policy-setting-password-complexity = パスワードの複雑さの要件(1=有効)
policy-setting-password-history = パスワードの履歴(再利用を禁止する回数)
policy-setting-password-max_age_days = パスワードの有効期間(日、-1=無期限)
policy-setting-password-reversible = 元に戻せる形でのパスワードの保存(0=しない)
policy-setting-password-lockout_threshold = ロックするまでの失敗回数(0=ロックしない)
policy-setting-password-lockout_minutes = ロックする時間(分、-1=解除するまで)
policy-setting-password-lockout_reset_minutes = 失敗回数を0に戻すまでの時間(分)
policy-setting-network_discovery-publication_off = ネットワーク探索:このPCの公開、FDResPub(4=停止)
policy-setting-network_discovery-ssdp_off = ネットワーク探索:機器の検出、SSDPSRV(4=停止)
policy-setting-network_discovery-mapper = ネットワークマップの作成、LLTD(0=しない)
policy-setting-network_discovery-responder = ネットワークマップへの応答、LLTD(0=しない)
policy-setting-multicast = マルチキャストでの名前解決、LLMNR(0=しない)
policy-setting-laps-windows = Windows LAPSのパスワードの保管先(0=なし、1=Entra ID、2=Active Directory)
policy-setting-laps-legacy = 旧LAPS(1=有効)
policy-setting-screen_lock-seconds = 画面をロックするまでの時間(秒)
policy-setting-wsus-server = 更新プログラムの配布元(WSUS)
policy-setting-audit-logon_events = 監査:ログオン(1=成功、2=失敗、3=両方)
policy-setting-audit-account_logon = 監査:アカウントの認証(1=成功、2=失敗、3=両方)
policy-setting-audit-object_access = 監査:ファイルなどへのアクセス(1=成功、2=失敗、3=両方)
policy-setting-right-remote_desktop = リモートデスクトップを許可されたグループ・人(SID)
policy-setting-right-deny_remote_desktop = リモートデスクトップを拒否されたグループ・人(SID)
policy-setting-group-administrators = ローカルのAdministratorsグループのメンバー(SID)
