domain-published = Group policy of { $x } holds passwords that everybody can read.
domain-published-look = See what and what to do
domain-link = See what was read
domain-statements = Verdicts
domain-lead = What was read, beside what is demanded. Begin at the top: the most dangerous comes first.
domain-read-at = Read at { $x }
domain-never-read = Not read yet.
domain-alarm = { $n } passwords can be read by everybody. Change them at once.
domain-items = { $n }
domain-more = and { $n } more
domain-bad = { $n } to mend
domain-rows = { $n } rows
domain-all = See and search all { $n } rows
domain-verdict = Reason and remedy
domain-item = Item
domain-found = Found
domain-expected = Expected
domain-todo = What to do
domain-state-bad = Mend
domain-state-look = Check
domain-state-unread = Not read
domain-state-good = Fits
domain-table-unread = Not read. Check the rights of the reading account and what is set to be read.
domain-table-none = There are none.
domain-table-password = Passwords and lockout
domain-about-password = The policy in force for the whole domain.
domain-table-fine-grained = Policies for some (PSO)
domain-about-fine-grained = These win over the policy for all. A weak one leaves those people open.
domain-table-builtin = Built-in accounts
domain-about-builtin = Found by SID (500 and 501), not by name.
domain-table-privileged = Privileged groups
domain-about-privileged = Nested members included. Those who came in since the last review stand first.
domain-table-admin-count = Traces of privilege (adminCount)
domain-about-admin-count = Accounts that were privileged at some time. One that no longer is, without a known reason, may be the trace of an intrusion.
domain-table-protocols = Old protocols forbidden
domain-about-protocols = The settings must reach domain controllers, servers and PCs alike.
domain-table-settings = Group policy settings
domain-about-settings = The value in force for each kind of machine, with the GPO and file it comes from; settings that lose and OUs that differ are named.
domain-table-objects = Group policy objects (GPO)
domain-about-objects = Where they are linked, and what is wrong with them.
domain-table-computers = Computers
domain-about-computers = Whether LAPS keeps the local administrator's password, and which were not used for 90 days.
domain-table-weak = Weak accounts
domain-about-weak = Why, and what to do, stands above under hazards.
domain-table-transport = Talking to the domain controller
domain-about-transport = What the domain controller really required while it was read.
domain-table-users = Users
domain-about-users = Names, state, last logon (up to 14 days late, as it is replicated).
domain-cell-on = On
domain-cell-off = Off
domain-cell-unread = Not read
domain-cell-at-least = At least { $x }
domain-cell-at-most = 1 to { $x }
domain-cell-never = Never (0)
domain-cell-until-unlocked = Until unlocked (0)
domain-cell-min-length = Least length of a password
domain-cell-complexity = Complexity
domain-cell-lockout-threshold = Failures until lockout
domain-cell-lockout-minutes = Minutes of lockout
domain-cell-hits = In force for
domain-cell-count = { $x }
domain-cell-administrator-name = Name of the built-in Administrator (RID 500)
domain-cell-renamed = Another name than the default
domain-cell-administrator-logon = Use of the built-in Administrator
domain-cell-never-used = No logon on record
domain-cell-emergency-only = In an emergency only
domain-cell-guest = Guest (RID 501)
domain-cell-nobody = None
domain-cell-account-on = Enabled
domain-cell-account-off = Disabled
domain-cell-via = through { $x }
domain-cell-foreign = From another domain
domain-cell-last-logon = Last logon
domain-cell-new-since-review = New since the last review
domain-cell-reviewed = Reviewed members only
domain-cell-privileged-now = In a privileged group today
domain-cell-privileged-before = No longer in a privileged group
domain-cell-mark-explained = Only with a known reason
domain-cell-lm-level = LAN Manager authentication level
domain-cell-no-lm-hash = No LM hashes stored
domain-cell-smb1-server = SMB 1 server off
domain-cell-smb1-client = SMB 1 client off
domain-cell-ntlm-receiving = Auditing of incoming NTLM
domain-cell-ntlm-sending = Auditing of outgoing NTLM
domain-cell-forbidden = 1 (every kind of machine)
domain-cell-not-configured = Not configured
domain-cell-gpo = GPO: { $x }
domain-cell-domain-controllers = Domain controllers
domain-cell-servers = Servers
domain-cell-workstations = PCs
domain-cell-overridden = Without effect: { $x }
domain-cell-exception = Exception: { $x }
domain-cell-not-linked = Linked nowhere
domain-cell-linked = Linked to { $x }
domain-cell-enforced = Enforced
domain-cell-computer-half-off = Computer half switched off
domain-cell-filtered = Filtered: { $x }
domain-cell-trouble = Trouble: { $x }
domain-cell-stale = Not used for 90 days
domain-cell-laps = Kept by LAPS
domain-cell-no-local = Not concerned
domain-cell-domain-controller = Domain controller
domain-cell-laps-windows = Windows LAPS
domain-cell-laps-legacy = Legacy LAPS
domain-cell-laps-none = No LAPS
domain-cell-laps-unread = LAPS not read
domain-cell-laps-expires = Next change
domain-cell-laps-expired = Change overdue since
domain-cell-no-preauthentication = No Kerberos pre-authentication
domain-cell-unconstrained-delegation = Unconstrained delegation
domain-cell-reversible-encryption = Reversible encryption
domain-cell-password-not-required = Password not required
domain-cell-service-principals = People's accounts that run services (SPN)
domain-cell-password-never-expires = Password never expires
domain-cell-stale-accounts = Users not seen for 90 days
domain-cell-host = Domain controller
domain-cell-bound-with = Signed in by
domain-cell-ldap-signing = LDAP signing required
domain-cell-channel-binding = LDAP channel binding
domain-cell-smb-signing = SMB signing required
domain-cell-smb-dialect = SMB dialect
domain-cell-anonymous-search = Anonymous search
domain-cell-certificate = Certificate ends
domain-cell-thirty-days = More than 30 days ahead
domain-cell-password-set = Password set
domain-cell-expires = Account ends
domain-todo-password = Take the password setting from “Mend by group policy”, or change the Default Domain Policy.
domain-todo-lockout = Take the lockout setting from “Mend by group policy”, or change the Default Domain Policy.
domain-todo-rename = Give it a name nobody guesses, and use personal administrator accounts day to day.
domain-todo-guest = Disable Guest.
domain-todo-review = Check who it is and whether it is needed; if not, remove it from the group, if so record the review.
domain-todo-admin-count = Find out why it was privileged. If it need not be, clear adminCount and turn inheritance of permissions on again.
domain-todo-policy = Take the setting from “Mend by group policy” and link it to the machines that lack it.
domain-todo-conflict = Decide which setting is right and remove the other.
domain-todo-trouble = Open and save this GPO in Group Policy Management, or restore it from a backup.
domain-todo-laps = Apply Windows LAPS.
domain-todo-laps-expired = The PC was away for long, or LAPS fails on it. Check its connection and event log.
domain-todo-stale = If it is not in use, disable it and delete it later.
domain-todo-hazard = Do what stands above under hazards.
domain-todo-expired = The account has ended: disable it.
hazard-title = Hazards
hazard-lead = Beyond the guideline's statements: settings by which a domain is taken over. The most dangerous stand first.
hazard-none = None in what could be read. What could not be read is named in the tables below.
hazard-why = Why
hazard-todo = What to do
hazard-weight-critical = Critical
hazard-weight-high = High
hazard-weight-medium = Medium
hazard-weight-low = Low
hazard-figure-krbtgt-age = set { $n } days ago
hazard-figure-machine-account-quota = { $n } each
hazard-figure-certificate-ends = { $n } days left
hazard-published-passwords-title = Passwords in group policy (cpassword)
hazard-published-passwords-why = A password in group policy preferences is decrypted with a key that is public, and every user of the domain can read the file in SYSVOL.
hazard-published-passwords-todo = Change that account's password at once and delete the item from the GPO. Move local administrators' passwords to LAPS.
hazard-no-preauthentication-title = Accounts without Kerberos pre-authentication
hazard-no-preauthentication-why = Anybody can ask for a text encrypted with the password and guess it at leisure (AS-REP roasting).
hazard-no-preauthentication-todo = Clear “Do not require Kerberos preauthentication”, and change the password.
hazard-unconstrained-delegation-title = Unconstrained delegation
hazard-unconstrained-delegation-why = Once it is taken over, it holds the tickets of every administrator who connects to it.
hazard-unconstrained-delegation-todo = Change it to constrained delegation for the services it needs. Mark administrators as “sensitive and cannot be delegated”, or put them into Protected Users.
hazard-reversible-encryption-title = Passwords kept in reversible form
hazard-reversible-encryption-why = Whoever reads a domain controller or its backup has the passwords in the clear.
hazard-reversible-encryption-todo = Clear “Store password using reversible encryption”, and change the password.
hazard-password-not-required-title = Accounts that need no password
hazard-password-not-required-why = They may have an empty password whatever the policy says.
hazard-password-not-required-todo = Set it back with Set-ADUser -PasswordNotRequired $false, and set a password.
hazard-service-principals-title = People's accounts that run services
hazard-service-principals-why = Any user can ask for a ticket encrypted with the password and guess it (Kerberoasting). Short ones fall.
hazard-service-principals-todo = Replace them by group managed service accounts (gMSA); failing that, use a password of 25 characters or more and AES alone.
hazard-password-never-expires-title = Passwords that never expire
hazard-password-never-expires-why = A password that leaked stays good unseen, and people who left may know it.
hazard-password-never-expires-todo = Clear it for people. Replace service accounts by gMSA, or set and record a date for the change.
hazard-stale-accounts-title = Users nobody uses
hazard-stale-accounts-why = Nobody notices when an account without an owner is taken over.
hazard-stale-accounts-todo = Compare with leavers and people on leave, and disable those that are not needed.
hazard-krbtgt-age-title = The password of krbtgt is old
hazard-krbtgt-age-why = Once stolen, it makes forged tickets for anybody (golden tickets) until it is changed.
hazard-krbtgt-age-todo = Change it every 180 days: once, wait for replication and at least 10 hours, then once more. Follow Microsoft's procedure and script.
hazard-machine-account-quota-title = Anybody may join computers
hazard-machine-account-quota-why = An ordinary user can make computer accounts and use them to gain rights.
hazard-machine-account-quota-todo = Set ms-DS-MachineAccountQuota to 0 with Set-ADDomain, and delegate joining to whoever does it.
hazard-old-systems-title = Systems without support
hazard-old-systems-why = Holes are no longer mended; from one such machine the whole domain is reached.
hazard-old-systems-todo = Upgrade or replace them. Until then put them into a network of their own, outside the domain.
hazard-stale-computers-title = Computers nobody uses
hazard-stale-computers-why = With the account of a lost or scrapped PC its finder can reach the domain.
hazard-stale-computers-todo = Find out where they are; disable those that are gone and delete them later.
hazard-anonymous-search-title = The directory can be listed without a name
hazard-anonymous-search-why = Whoever is in the network gets the list of accounts to try passwords on.
hazard-anonymous-search-todo = Set the 7th character of dsHeuristics back to 0, and remove Anonymous Logon from “Pre-Windows 2000 Compatible Access”.
hazard-ldap-signing-title = LDAP signing is not required
hazard-ldap-signing-why = Somebody in between can relay an administrator's sign-in and change the directory (NTLM relay).
hazard-ldap-signing-todo = Set “Domain controller: LDAP server signing requirements” to “Require signing”. First look in events 2887 and 2889 for devices that do not sign.
hazard-channel-binding-title = LDAP channel binding is off
hazard-channel-binding-why = Even with TLS a sign-in can be relayed to another connection.
hazard-channel-binding-todo = Set “Domain controller: LDAP server channel binding token requirements” to “When supported” or higher.
hazard-smb-signing-title = SMB signing is not required
hazard-smb-signing-why = Somebody in between can change group policy on its way or relay a sign-in.
hazard-smb-signing-todo = Enable “Microsoft network server: Digitally sign communications (always)”. It is on by default on domain controllers: look for the GPO that switched it off.
hazard-certificate-ends-title = The domain controller's certificate ends
hazard-certificate-ends-why = When it has ended, VPNs and systems that sign in by LDAPS stop at once, and people are tempted to do without encryption.
hazard-certificate-ends-todo = Renew it, and check that automatic enrolment works.
hazard-foreign-members-title = Privileged members from another domain
hazard-foreign-members-why = An account you cannot disable yourself administers your domain.
hazard-foreign-members-todo = Check the need, and replace it by a personal administrator account of your own domain.
policy-link = Mend by group policy
policy-title = Mend by group policy
policy-lead = Choose the settings that meet what is not met, and get them as files to import. Mimamori writes nothing to the domain: the administrator imports them.
policy-order = How to try
policy-order-1 = Make an OU for tests and move one PC there whose loss would hurt little.
policy-order-2 = Import one at a time, the smallest number first, and link it to that OU. What is about accounts (passwords, lockout) works only for the whole domain.
policy-order-3 = Run gpupdate /force and work for a day.
policy-order-4 = If all is well, link it where it belongs, read the domain again, and see the verdict change. If not, remove the link.
policy-wanted = Not met
policy-change = Change
policy-breaks = What may break
policy-serves = Serves
policy-scope-domain = Whole domain
policy-scope-servers = Servers
policy-scope-workstations = PCs
policy-administrator = New name of the built-in Administrator
policy-administrator-hint = At most 20 characters; not a word one would guess, such as the company's name.
policy-download = Download what is chosen (ZIP)
policy-download-hint = How to import and how to undo is included. Who made it, and when, goes into the audit chain.
policy-change-ntlm-audit-title = Record the use of NTLM
policy-change-ntlm-audit-after = Incoming 2 (all), outgoing 1 (audit)
policy-change-ntlm-audit-breaks = Nothing stops; only the logs grow. Check their size.
policy-change-event-logs-title = Archive event logs instead of overwriting
policy-change-event-logs-after = Archived automatically at 100 MB
policy-change-event-logs-breaks = Archives fill the disk. Watch the free space and move old ones away.
policy-change-no-lm-hash-title = Store no LM hashes
policy-change-no-lm-hash-after = 1 (not stored)
policy-change-no-lm-hash-breaks = Machines older than Windows 2000 can no longer sign in.
policy-change-guest-off-title = Disable Guest
policy-change-guest-off-after = Off
policy-change-guest-off-breaks = Printers and the like that use shares without a name need an account of their own.
policy-change-rename-administrator-title = Rename the built-in Administrator
policy-change-rename-administrator-after = The name entered below
policy-change-rename-administrator-breaks = Tasks, scripts and backups that name Administrator stop. Look for them first.
policy-change-password-policy-title = Passwords of 12 characters with complexity
policy-change-password-policy-after = 12 characters, complexity on
policy-change-password-policy-breaks = Present passwords stay good until they are changed. Announce the day of the change.
policy-change-lockout-title = Lock for 30 minutes after 10 failures
policy-change-lockout-after = 10 failures, 30 minutes
policy-change-lockout-breaks = Phones and services that remember an old password lock their owner out. Look at failures (event 4625) first.
policy-change-laps-title = Keep local administrators' passwords by Windows LAPS
policy-change-laps-after = On, kept in Active Directory
policy-change-laps-breaks = A password shared by all PCs no longer works. The schema (Update-LapsADSchema) and rights on the OUs must be set first.
policy-change-firewall-title = Windows Firewall on everywhere
policy-change-firewall-after = On in three profiles, inbound blocked by default
policy-change-firewall-breaks = Tools that connect to PCs, and printers that save scans there, may stop. Allow those alone by rules.
policy-change-discovery-off-title = No network discovery or sharing
policy-change-discovery-off-after = Off
policy-change-discovery-off-breaks = Folders and printers shared between PCs stop. Move them to a file or print server.
policy-change-rdp-nla-title = Require NLA for Remote Desktop
policy-change-rdp-nla-after = 1 (required)
policy-change-rdp-nla-breaks = Old Remote Desktop and thin clients without NLA can no longer connect.
policy-change-lm-level-title = Forbid LAN Manager and NTLMv1
policy-change-lm-level-after = 5 (NTLMv2 only)
policy-change-lm-level-breaks = Old NAS boxes and printers may no longer connect. Find what uses NTLMv1 by the records of number 1 first.
policy-change-smb1-off-title = Switch SMB 1 off
policy-change-smb1-off-after = Server and client off
policy-change-smb1-off-breaks = Old NAS boxes and printers that only speak SMB 1 are cut off. Find them by SMB 1 auditing (event 3000) and update or replace them first.
policy-setting-lm_compatibility_level = LAN Manager authentication level (0–5)
policy-setting-no_lm_hash = LM hashes (1 = none kept)
policy-setting-smb1_server_off = SMB 1 server (0 = off)
policy-setting-smb1_client_off = SMB 1 client (4 = off)
policy-setting-ntlm_audit_receiving = Audit of incoming NTLM (2 = all)
policy-setting-ntlm_restrict_sending = Outgoing NTLM (1 = audited, 2 = refused)
policy-setting-smb_signing-server = SMB signing as a server (1 = required)
policy-setting-smb_signing-client = SMB signing as a client (1 = required)
policy-setting-ldap_server_integrity = LDAP signing (2 = required)
policy-setting-ldap_channel_binding = LDAP channel binding (1 = if supported, 2 = always)
policy-setting-remote_desktop-denied = Remote Desktop (1 = refused)
policy-setting-remote_desktop-nla = Sign-in before a Remote Desktop session, NLA (1 = required)
policy-setting-remote_desktop-port = Port of Remote Desktop
policy-setting-firewall-domain-enabled = Firewall, domain profile (1 = on)
policy-setting-firewall-domain-inbound_block = Firewall, inbound, domain profile (1 = blocked by default)
policy-setting-firewall-private-enabled = Firewall, private profile (1 = on)
policy-setting-firewall-private-inbound_block = Firewall, inbound, private profile (1 = blocked by default)
policy-setting-firewall-public-enabled = Firewall, public profile (1 = on)
policy-setting-firewall-public-inbound_block = Firewall, inbound, public profile (1 = blocked by default)
policy-setting-event_log-application-max_size = Application event log: largest size (KB)
policy-setting-event_log-application-retention = Application event log when full (registry 1, template 2 = not overwritten)
policy-setting-event_log-application-auto_backup = Application event log: archived when full (1 = yes)
policy-setting-event_log-security-max_size = Security event log: largest size (KB)
policy-setting-event_log-security-retention = Security event log when full (registry 1, template 2 = not overwritten)
policy-setting-event_log-security-auto_backup = Security event log: archived when full (1 = yes)
policy-setting-event_log-system-max_size = System event log: largest size (KB)
policy-setting-event_log-system-retention = System event log when full (registry 1, template 2 = not overwritten)
policy-setting-event_log-system-auto_backup = System event log: archived when full (1 = yes)
policy-setting-administrator_renamed = Name of the built-in Administrator
policy-setting-guest_disabled = Guest account (0 = off)
policy-setting-password-min_length = Least length of a password
policy-setting-password-complexity = Password complexity (1 = on)
policy-setting-password-history = Passwords remembered
policy-setting-password-max_age_days = Longest age of a password (days, -1 = no end)
policy-setting-password-reversible = Passwords kept in a reversible form (0 = no)
policy-setting-password-lockout_threshold = Failures until lockout (0 = never)
policy-setting-password-lockout_minutes = Lockout (minutes, -1 = until unlocked)
policy-setting-password-lockout_reset_minutes = Failures forgotten after (minutes)
policy-setting-network_discovery-publication_off = Network discovery: this PC published, FDResPub (4 = off)
policy-setting-network_discovery-ssdp_off = Network discovery: devices found, SSDPSRV (4 = off)
policy-setting-network_discovery-mapper = Network map: drawn, LLTD (0 = off)
policy-setting-network_discovery-responder = Network map: answered, LLTD (0 = off)
policy-setting-multicast = Names by multicast, LLMNR (0 = off)
policy-setting-laps-windows = Windows LAPS: where passwords are kept (0 = nowhere, 1 = Entra ID, 2 = Active Directory)
policy-setting-laps-legacy = Legacy LAPS (1 = on)
policy-setting-screen_lock-seconds = Screen locked after (seconds)
policy-setting-wsus-server = Update server (WSUS)
policy-setting-audit-logon_events = Audit: logons (1 = successes, 2 = failures, 3 = both)
policy-setting-audit-account_logon = Audit: account logons (1 = successes, 2 = failures, 3 = both)
policy-setting-audit-object_access = Audit: object access (1 = successes, 2 = failures, 3 = both)
policy-setting-right-remote_desktop = Allowed to use Remote Desktop (SIDs)
policy-setting-right-deny_remote_desktop = Refused Remote Desktop (SIDs)
policy-setting-group-administrators = Members of the local Administrators group (SIDs)
