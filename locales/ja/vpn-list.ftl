cli-arg-vpn-certificates = VPNの証明書と失効リストのファイル(PEM、DER、PKCS #7、PKCS #12)またはフォルダー。秘密鍵は読み取っても保存しません
cli-arg-vpn-password-file = PKCS #12のパスワードを1行に1つずつ書いたファイル
cli-arg-vpn-accounts = VPNアカウントの一覧(見出し行のあるCSV、またはFreeRADIUSのusersファイル)。--staff と --directory も指定してください
cli-arg-vpn-radius-log = RADIUSサーバーのログ(FreeRADIUSのdetailまたはradius.log、Windows NPSのログ)。複数指定できます
cli-arg-vpn-directory = 突き合わせるドメインの事実(JSON)。ディレクトリがない会社では none
cli-arg-vpn-staff = 突き合わせる従業員の事実(JSON)またはそのフォルダー
cli-arg-vpn-zone = ログや一覧の日時に時差の記載がない場合の時差
cli-arg-vpn-remarks = 気づいた点(期限の近い証明書、共用らしきID、総当たり攻撃など)をJSONで書き出すファイル
