#!/usr/bin/python3
"""Fills and changes the throw-away domain through its database: domain.py FOLDER WHAT [ARGUMENT…]

One process for everything is twenty times as fast as samba-tool for each.
"""
import sys
import time

import ldb
from samba import dsdb
from samba.auth import system_session
from samba.credentials import Credentials
from samba.param import LoadParm
from samba.samdb import SamDB
from samba.sd_utils import SDUtils

folder, what, *rest = sys.argv[1:]
settings = LoadParm()
settings.load(folder + "/etc/smb.conf")
credentials = Credentials()
credentials.guess(settings)
db = SamDB(url=folder + "/private/sam.ldb", session_info=system_session(), credentials=credentials, lp=settings)
base = str(db.domain_dn())
sid = str(db.get_domain_sid())
RELAX = ["relax:0"]
MINUTE = 60 * 10**7
DAY = 24 * 60 * MINUTE
READER_PASSWORD = "Test-Passw0rd-Reader"


def days_ago(days):
    """A moment as the directory writes it: 100 ns since 1601."""
    return str(int((time.time() - days * 86400 + 11644473600) * 10**7))


def change(dn, controls=None, how=ldb.FLAG_MOD_REPLACE, **values):
    message = ldb.Message(ldb.Dn(db, dn) if isinstance(dn, str) else dn)
    for name, value in values.items():
        name = name.replace("__", "-")
        message[name] = ldb.MessageElement(value, how, name)
    db.modify(message, controls=controls)


def find(condition):
    return db.search(base, scope=ldb.SCOPE_SUBTREE, expression=condition, attrs=["userAccountControl"])[0]


def account(name):
    return find("(sAMAccountName=%s)" % name)


def bits(name, add=0, remove=0):
    found = account(name)
    change(found.dn, userAccountControl=str(int(str(found["userAccountControl"])) & ~remove | add))


def group(name, members=(), parents=(), kind=None):
    db.newgroup(name, grouptype=kind)
    if members:
        db.add_remove_group_members(name, list(members), add_members_operation=True)
    for parent in parents:
        db.add_remove_group_members(parent, [name], add_members_operation=True)


def join(name, *members):
    db.add_remove_group_members(name, list(members), add_members_operation=True)


def password_settings(name, precedence, targets, length=15, threshold=5, minutes=60, complexity="TRUE"):
    db.add({
        "dn": "CN=%s,CN=Password Settings Container,CN=System,%s" % (name, base),
        "objectClass": "msDS-PasswordSettings",
        "msDS-PasswordSettingsPrecedence": str(precedence),
        "msDS-PasswordReversibleEncryptionEnabled": "FALSE",
        "msDS-PasswordHistoryLength": "24",
        "msDS-PasswordComplexityEnabled": complexity,
        "msDS-MinimumPasswordLength": str(length),
        "msDS-MinimumPasswordAge": "0",
        "msDS-MaximumPasswordAge": str(-90 * DAY),
        "msDS-LockoutThreshold": str(threshold),
        "msDS-LockoutObservationWindow": str(-minutes * MINUTE),
        "msDS-LockoutDuration": str(-minutes * MINUTE),
    })
    for target in targets:
        dn = str(account(target).dn)
        change("CN=%s,CN=Password Settings Container,CN=System,%s" % (name, base), how=ldb.FLAG_MOD_ADD,
               msDS__PSOAppliesTo=dn)


def computer(name, system, version, legacy=None, windows=None, last=3, unit="PCs"):
    dn = "CN=%s,OU=%s,%s" % (name, unit, base)
    entry = {
        "dn": dn, "objectClass": "computer", "sAMAccountName": name + "$", "userAccountControl": "4096",
        "operatingSystem": system, "operatingSystemVersion": version,
    }
    if legacy is not None:
        entry["ms-Mcs-AdmPwdExpirationTime"] = days_ago(-legacy)
        entry["ms-Mcs-AdmPwd"] = "CANARY-legacy-password"
    if windows is not None:
        entry["msLAPS-PasswordExpirationTime"] = days_ago(-windows)
    db.add(entry)
    change(dn, RELAX, lastLogonTimestamp=days_ago(last))


def fill():
    """A domain in which every statement holds, and the odd things around it."""
    db.create_ou("OU=Staff," + base)
    db.create_ou("OU=PCs," + base)
    change(base, minPwdLength="12", pwdProperties="1", lockoutThreshold="10", lockoutDuration=str(-30 * MINUTE),
           lockOutObservationWindow=str(-30 * MINUTE), maxPwdAge=str(-90 * DAY), pwdHistoryLength="24")
    db.newuser("reader", READER_PASSWORD, userou="OU=Staff")
    for name in ["ann", "bob", "chie", "dai", "emi", "fumi", "gen", "hana", "iori", "jun"]:
        db.newuser(name, "CANARY-Passw0rd-1", userou="OU=Staff")
    for name in ["never", "nopreauth", "notrequired", "reversible", "delegated", "service", "stale", "fresh", "off"]:
        db.newuser(name, "CANARY-Passw0rd-1", userou="OU=Staff")
    # Names as people have them: Japanese, with a comma, brackets and a backslash.
    db.newuser("yamada", "CANARY-Passw0rd-1", userou="OU=Staff", surname="山田", givenname="太郎",
               mailaddress="yamada@mima.example")
    yamada = account("yamada")
    db.rename(yamada.dn, ldb.Dn(db, "CN=山田\\, 太郎 (営業\\\\東京),OU=Staff,%s" % base))
    yamada = account("yamada")
    change(yamada.dn, displayName="山田 太郎", department="営業部", employeeNumber="0042", accountExpires=days_ago(-30))
    # Nested, in a ring, by a mail group (which carries no rights), a stranger, and by primary group.
    group("情報システム", ["yamada", "chie"])
    group("T0 Deep", ["dai", "情報システム"])
    group("T0 Ops", ["T0 Deep"], ["Domain Admins"])
    db.add_remove_group_members("T0 Deep", ["T0 Ops"], add_members_operation=True)
    group("All Mail", ["emi"], ["Domain Admins"], kind=dsdb.GTYPE_DISTRIBUTION_GLOBAL_GROUP)
    join("Account Operators", "fumi")
    join("Backup Operators", "gen")
    stranger = "S-1-5-21-9-9-9-1105"
    change("CN=Administrators,CN=Builtin," + base, how=ldb.FLAG_MOD_ADD, member="<SID=%s>" % stranger)
    join("Schema Admins", "hana")
    change(account("hana").dn, primaryGroupID="518")
    # A group everybody is in, through another.
    group("Everybody Files", ["Domain Users"], kind=dsdb.GTYPE_SECURITY_DOMAIN_LOCAL_GROUP)
    group("Big")
    # Weak accounts.
    bits("never", dsdb.UF_DONT_EXPIRE_PASSWD)
    bits("nopreauth", dsdb.UF_DONT_REQUIRE_PREAUTH)
    bits("notrequired", dsdb.UF_PASSWD_NOTREQD)
    bits("reversible", dsdb.UF_ENCRYPTED_TEXT_PASSWORD_ALLOWED)
    bits("delegated", dsdb.UF_TRUSTED_FOR_DELEGATION)
    bits("off", dsdb.UF_ACCOUNTDISABLE | dsdb.UF_DONT_EXPIRE_PASSWD)
    change(account("service").dn, servicePrincipalName="HTTP/web.mima.example")
    change(account("stale").dn, RELAX, lastLogonTimestamp=days_ago(91))
    change(account("fresh").dn, RELAX, lastLogonTimestamp=days_ago(89))
    computer("PC01", "Windows 11 Pro", "10.0 (26100)", windows=10)
    computer("PC02", "Windows 10 Pro", "10.0 (19045)", windows=20)
    computer("SRV01", "Windows Server 2022 Standard", "10.0 (20348)", windows=5)
    computer("NAS01", "Samba", "4.17", legacy=10)  # with a password in clear, as the old LAPS keeps it
    root = find("(objectSid=%s-500)" % sid)
    change(root.dn, sAMAccountName="corp-root")
    password_settings("Admins", 10, ["T0 Deep"])
    password_settings("Director", 20, ["jun"])


def many(count=1600):
    """More members than one answer holds."""
    for at in range(count):
        name = "many%04d" % at
        db.add({"dn": "CN=%s,OU=Staff,%s" % (name, base), "objectClass": "user", "sAMAccountName": name})
    change("CN=Big,CN=Users," + base, how=ldb.FLAG_MOD_ADD,
           member=["CN=many%04d,OU=Staff,%s" % (at, base) for at in range(count)])


def bench(users=2000, groups=300, policies=20):
    for at in range(users):
        name = "user%04d" % at
        db.add({"dn": "CN=%s,OU=Staff,%s" % (name, base), "objectClass": "user", "sAMAccountName": name,
                "userPrincipalName": name + "@mima.example", "mail": name + "@mima.example",
                "displayName": "利用者 %04d" % at, "department": "営業部"})
    for at in range(groups):
        members = ["CN=user%04d,OU=Staff,%s" % ((at * 37 + step) % users, base) for step in range(40)]
        members += ["CN=group%03d,CN=Users,%s" % (at - 1, base)] if at else []
        db.add({"dn": "CN=group%03d,CN=Users,%s" % (at, base), "objectClass": "group", "sAMAccountName": "group%03d" % at,
                "member": members})
    for at in range(policies):
        guid = "{%08X-0000-4000-8000-000000000000}" % at
        db.add({"dn": "CN=%s,CN=Policies,CN=System,%s" % (guid, base), "objectClass": "groupPolicyContainer",
                "displayName": "Policy %d" % at, "flags": "0", "versionNumber": "1",
                "gPCFileSysPath": "\\\\mima.example\\sysvol\\mima.example\\Policies\\%s" % guid})
    for at in range(users // 4):
        computer("BPC%04d" % at, "Windows 11 Pro", "10.0 (26100)", windows=10)


if what in ("fill", "many", "bench"):
    db.transaction_start()
    {"fill": fill, "many": many, "bench": bench}[what](*[int(text) for text in rest])
    db.transaction_commit()
elif what == "set":  # set NAME=VALUE at the domain
    name, value = rest[0].split("=")
    change(base, **{name: value})
elif what == "pso":  # pso NAME ATTRIBUTE=VALUE
    name, value = rest[1].split("=")
    change("CN=%s,CN=Password Settings Container,CN=System,%s" % (rest[0], base), **{name.replace("-", "__"): value})
elif what == "rename":  # rename RID NAME
    change(find("(objectSid=%s-%s)" % (sid, rest[0])).dn, sAMAccountName=rest[1])
elif what == "enable":
    bits(rest[0], remove=dsdb.UF_ACCOUNTDISABLE)
elif what == "disable":
    bits(rest[0], add=dsdb.UF_ACCOUNTDISABLE)
elif what == "join":
    join(rest[0], *rest[1:])
elif what == "leave":
    db.add_remove_group_members(rest[0], rest[1:], add_members_operation=False)
elif what == "mark":  # mark NAME 0|1
    change(account(rest[0]).dn, adminCount=rest[1])
elif what == "laps":  # laps COMPUTER DAYS|none
    value = [] if rest[1] == "none" else days_ago(-int(rest[1]))
    change(account(rest[0] + "$").dn, msLAPS__PasswordExpirationTime=value)
elif what == "heuristics":  # heuristics VALUE: 0000002 lets the nameless in
    change("CN=Directory Service,CN=Windows NT,CN=Services,CN=Configuration," + base, dSHeuristics=rest[0] if rest[0] != "none" else [])
elif what == "expose":  # the nameless may read the domain, its users' folder and one account
    utils = SDUtils(db)
    for found in db.search(base, expression="(|(sAMAccountName=krbtgt)(cn=Users)(objectClass=domainDNS))", attrs=["cn"]):
        utils.dacl_add_ace(found.dn, "(A;;LCRPLORC;;;AN)")
elif what == "grant":  # grant NAME [container]: may read the password policies for some, or their container alone
    container = "CN=Password Settings Container,CN=System," + base
    found = db.search(account(rest[0]).dn, ldb.SCOPE_BASE, attrs=["objectSid"])[0]
    who = db.schema_format_value("objectSid", found["objectSid"][0]).decode()
    utils = SDUtils(db)
    below = [] if rest[1:] else [str(found.dn) for found in db.search(container, ldb.SCOPE_ONELEVEL, attrs=["cn"])]
    for dn in [container] + below:
        utils.dacl_add_ace(ldb.Dn(db, dn), "(A;;LCRPLORC;;;%s)" % who)
elif what == "bad":  # how often a wrong password was tried
    found = db.search(account(rest[0]).dn, ldb.SCOPE_BASE, attrs=["badPwdCount"])[0]
    print(str(found.get("badPwdCount", ["0"])[0]))
elif what == "dump":  # everything but what a sign-in itself moves
    moved = {"lastLogon", "logonCount", "lastLogonTimestamp", "badPwdCount", "badPasswordTime", "lockoutTime",
             "msDS-RevealedUsers"}
    lines = []
    for where in [base, "CN=Configuration," + base, "CN=Schema,CN=Configuration," + base]:
        found = db.search(where, scope=ldb.SCOPE_SUBTREE, expression="(objectClass=*)",
                          attrs=["*", "uSNChanged", "whenChanged", "nTSecurityDescriptor", "replPropertyMetaData"],
                          controls=["show_deleted:1", "search_options:1:2"] if where == base else ["show_deleted:1"])
        for entry in found:
            for name in entry:
                if name not in moved and name != "dn":
                    lines += ["%s %s %r" % (entry.dn, name, bytes(value)) for value in entry[name]]
    print("\n".join(sorted(set(lines))))
else:
    sys.exit("domain.py: what is '%s'?" % what)
