cli-arg-vpn-certificates = Files or folders with certificates and revocation lists of the VPN (PEM, DER, PKCS #7, PKCS #12). Private keys are never kept
cli-arg-vpn-password-file = File with passwords of PKCS #12 files, one on each line
cli-arg-vpn-accounts = List of VPN accounts (CSV with a heading, or the users file of FreeRADIUS); needs --staff and --directory
cli-arg-vpn-radius-log = Log of a RADIUS server (detail or radius.log of FreeRADIUS, log files of Windows NPS); may be several
cli-arg-vpn-directory = Facts of the domain (JSON) to match with; none when the company has no directory
cli-arg-vpn-staff = Facts of people (JSON) to match with, or a folder of them
cli-arg-vpn-zone = Offset of times in logs and lists that do not say theirs
cli-arg-vpn-remarks = File for what else was noticed, as JSON: certificates near their end, ids that look shared, brute force …
