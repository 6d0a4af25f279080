//! The attributes that are ever asked for: one list. A search for anything else is refused here, before it is sent, so
//! that no password and no key is read even by a mistake elsewhere.

/// Every attribute that may be asked for, in lower case.
///
/// Never in here: anything that is a secret or lets one be reckoned (`unicodePwd`, `ms-Mcs-AdmPwd`, `msLAPS-Password`,
/// `msDS-ManagedPassword`, `msFVE-RecoveryPassword`, `supplementalCredentials` …); a test holds it.
pub const ALLOWED: &[&str] = &[
    // what the server says of itself (rootDSE)
    "configurationnamingcontext",
    "defaultnamingcontext",
    "dnshostname",
    "domainfunctionality",
    "rootdomainnamingcontext",
    "schemanamingcontext",
    "supportedsaslmechanisms",
    "vendorname",
    // the domain
    "dnsroot",
    "lockoutduration",
    "lockoutthreshold",
    "maxpwdage",
    "minpwdlength",
    "ms-ds-machineaccountquota",
    "netbiosname",
    "pwdhistorylength",
    "pwdproperties",
    // password policies for some
    "msds-lockoutduration",
    "msds-lockoutthreshold",
    "msds-maximumpasswordage",
    "msds-minimumpasswordlength",
    "msds-passwordcomplexityenabled",
    "msds-passwordhistorylength",
    "msds-passwordsettingsprecedence",
    "msds-psoapplied",
    "msds-psoappliesto",
    // accounts, computers and groups
    "accountexpires",
    "admincount",
    "cn",
    "department",
    "displayname",
    "employeeid",
    "employeenumber",
    "grouptype",
    "lastlogon",
    "lastlogontimestamp",
    "mail",
    "member",
    "objectclass",
    "objectguid",
    "objectsid",
    "operatingsystem",
    "operatingsystemversion",
    "primarygroupid",
    "pwdlastset",
    "samaccountname",
    "serviceprincipalname",
    "useraccountcontrol",
    "userprincipalname",
    "whencreated",
    // LAPS: when a password is changed next, never the password
    "ms-mcs-admpwdexpirationtime",
    "mslaps-passwordexpirationtime",
    // the schema: which LAPS there is
    "ldapdisplayname",
    // group policy
    "flags",
    "gpcfilesyspath",
    "gpcmachineextensionnames",
    "gpcwqlfilter",
    "gplink",
    "gpoptions",
    "ntsecuritydescriptor",
    "versionnumber",
];

/// Whether an attribute may be asked for. Wildcards (`*`, `+`) may not.
#[must_use]
pub fn is_allowed(attribute: &str) -> bool {
    ALLOWED.contains(&attribute.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_in_the_list() {
        let secret = [
            "unicodepwd",
            "dbcspwd",
            "userpassword",
            "ms-mcs-admpwd",
            "mslaps-password",
            "mslaps-encryptedpassword",
            "mslaps-encryptedpasswordhistory",
            "mslaps-encrypteddsrmpassword",
            "ntpwdhistory",
            "lmpwdhistory",
            "supplementalcredentials",
            "msds-managedpassword",
            "msfve-recoverypassword",
            "msfve-keypackage",
            "msds-keycredentiallink",
            "unixuserpassword",
            "mspki-credentialroamingtokens",
            "trustauthincoming",
            "currentvalue",
            "msds-groupmsamembership",
            "*",
            "+",
            "",
        ];
        for attribute in secret {
            assert!(!is_allowed(attribute), "{attribute}");
        }
        // Whatever is new in the list and sounds like a secret must be one of these, which only tell times and lengths.
        let harmless = [
            "expirationtime",
            "passwordcomplexityenabled",
            "passwordhistorylength",
            "minimumpasswordlength",
            "maximumpasswordage",
            "passwordsettingsprecedence",
            "pwdlastset",
            "pwdhistorylength",
            "pwdproperties",
            "minpwdlength",
            "maxpwdage",
        ];
        for attribute in ALLOWED.iter().filter(|name| {
            ["pwd", "password", "secret", "key", "credential"].iter().any(|word| name.contains(word))
        }) {
            assert!(harmless.iter().any(|end| attribute.ends_with(end)), "{attribute}");
        }
    }

    #[test]
    fn the_list_is_in_lower_case_and_each_stands_once() {
        for (at, attribute) in ALLOWED.iter().enumerate() {
            assert_eq!(*attribute, attribute.to_ascii_lowercase());
            assert!(!ALLOWED[..at].contains(attribute), "{attribute} stands twice");
        }
        assert!(is_allowed("objectSid"));
    }
}
