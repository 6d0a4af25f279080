# --- From here on every script of Mimamori is the same. ------------------------------------------------------------
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

if ([Environment]::Is64BitOperatingSystem -and -not [Environment]::Is64BitProcess) {
    throw '64ビット版のPowerShellで実行してください。 / Run it in the 64-bit PowerShell.'
}
$Folder = Join-Path ([Environment]::GetFolderPath('CommonApplicationData')) 'Mimamori\undo'
$Record = Join-Path $Folder "$Id.json"
$RulesPath = 'SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\FirewallRules'

# A registry value below HKEY_LOCAL_MACHINE as it is: whether it is there, its type and its data.
function Get-Value([string]$Path, [string]$Name) {
    $Base = [Microsoft.Win32.RegistryKey]::OpenBaseKey('LocalMachine', 'Registry64')
    $Key = $Base.OpenSubKey($Path)
    if ($null -eq $Key) { return @{ Type = 'None'; Data = $null; State = 'absent' } }
    try {
        if (@($Key.GetValueNames()) -notcontains $Name) { return @{ Type = 'None'; Data = $null; State = 'absent' } }
        $Type = [string]$Key.GetValueKind($Name)
        $Data = $Key.GetValue($Name, $null, 'DoNotExpandEnvironmentNames')
        switch ($Type) {
            'DWord' { $State = [string][BitConverter]::ToUInt32([BitConverter]::GetBytes([int]$Data), 0); $Data = $State }
            'QWord' { $State = [string][BitConverter]::ToUInt64([BitConverter]::GetBytes([long]$Data), 0); $Data = $State }
            'Binary' { $State = 'Binary ' + [BitConverter]::ToString($Data); $Data = [Convert]::ToBase64String($Data) }
            'MultiString' { $State = 'MultiString ' + ($Data -join '|'); $Data = @($Data) }
            'ExpandString' { $State = 'ExpandString ' + $Data }
            'String' { $State = [string]$Data }
            default { throw "HKLM\$Path\${Name}: $Type" }
        }
        return @{ Type = $Type; Data = $Data; State = $State }
    } finally { $Key.Close() }
}

function Set-Value([string]$Path, [string]$Name, [string]$Type, $Data) {
    $Base = [Microsoft.Win32.RegistryKey]::OpenBaseKey('LocalMachine', 'Registry64')
    if ($Type -eq 'None') {
        $Key = $Base.OpenSubKey($Path, $true)
        if ($null -ne $Key) { $Key.DeleteValue($Name, $false); $Key.Close() }
        return
    }
    switch ($Type) {
        'DWord' { $Data = [BitConverter]::ToInt32([BitConverter]::GetBytes([uint32]$Data), 0) }
        'QWord' { $Data = [BitConverter]::ToInt64([BitConverter]::GetBytes([uint64]$Data), 0) }
        'Binary' { $Data = [Convert]::FromBase64String($Data) }
        'MultiString' { $Data = [string[]]@($Data) }
        'ExpandString' { $Data = [string]$Data }
        'String' { $Data = [string]$Data }
        default { throw "HKLM\$Path\${Name}: $Type" }
    }
    $Key = $Base.CreateSubKey($Path)
    $Key.SetValue($Name, $Data, [Microsoft.Win32.RegistryValueKind]$Type)
    $Key.Close()
}

# A program of Windows by its full name.
function Get-Program($Place) {
    $Root = if ($Place[0] -eq 'ProgramFiles') { [Environment]::GetFolderPath('ProgramFiles') } else { [Environment]::GetFolderPath('Windows') }
    Join-Path $Root $Place[1]
}

function Invoke-Program($Place, $Arguments) {
    $Path = Get-Program $Place
    $Before = $ErrorActionPreference
    $ErrorActionPreference = 'Continue'
    $List = @($Arguments)
    try { $Said = & $Path @List 2>&1 | Out-String } finally { $ErrorActionPreference = $Before }
    # 3010: done, takes effect after a restart.
    @{ Code = $LASTEXITCODE; Out = $Said; Well = ($LASTEXITCODE -eq 0 -or $LASTEXITCODE -eq 3010); Text = "$Path $($Arguments -join ' ')" }
}

function Invoke-OrThrow($Place, $Arguments) {
    $Answer = Invoke-Program $Place $Arguments
    if (-not $Answer.Well) { throw "$($Answer.Text): exit $($Answer.Code) $($Answer.Out)" }
}

function Get-ReadState($Read) {
    if ($Read.Kind -eq 'Registry') { return (Get-Value $Read.Path $Read.Name).State }
    $Answer = Invoke-Program $Read.Program $Read.Arguments
    if ($Read.Kind -eq 'Exit') { return [string]$Answer.Code }
    if ($Answer.Code -eq 0) {
        foreach ($Pair in $Read.States) { if ($Answer.Out.Contains($Pair[0])) { return $Pair[1] } }
    } elseif ($Read.Failing.ContainsKey([string]$Answer.Code)) {
        return $Read.Failing[[string]$Answer.Code]
    }
    throw "$($Answer.Text): exit $($Answer.Code) $($Answer.Out)"
}

# Ids of a firewall group's local rules that are on. The group's id is the same in every language.
function Get-ActiveRule([string]$Group) {
    $Base = [Microsoft.Win32.RegistryKey]::OpenBaseKey('LocalMachine', 'Registry64')
    $Key = $Base.OpenSubKey($RulesPath)
    if ($null -eq $Key) { return }
    foreach ($Name in ($Key.GetValueNames() | Sort-Object)) {
        $Fields = ([string]$Key.GetValue($Name)).Split('|')
        if ($Name -match '^[A-Za-z0-9{}_.-]+$' -and $Fields -contains 'Active=TRUE' -and $Fields -contains "EmbedCtxt=$Group") { $Name }
    }
    $Key.Close()
}

# How the thing a step changes stands: Type and Data to put it back, State to compare and to show.
function Get-Now($Step) {
    switch ($Step.Kind) {
        'Registry' { return Get-Value $Step.Path $Step.Name }
        'RuleGroup' { $Rules = @(Get-ActiveRule $Step.Group); return @{ Type = 'Rules'; Data = $Rules; State = ($Rules -join ' ') } }
        'Run' {
            if ($null -eq $Step.Read) { return @{ Type = 'Nothing'; Data = $null; State = '' } }
            $State = Get-ReadState $Step.Read
            return @{ Type = 'State'; Data = $State; State = $State }
        }
        default { throw "Kind $($Step.Kind)" }
    }
}

function Get-BackArguments($Step, [string]$State) {
    if ($Step.Back.ContainsKey($State)) { return $Step.Back[$State] }
    if ($Step.Back.ContainsKey('number') -and $State -match '^[0-9]{1,20}$') {
        return @($Step.Back['number'] | ForEach-Object { $_.Replace('{before}', $State) })
    }
    return $null
}

function Test-Needed($Step, $Now) {
    switch ($Step.Kind) {
        'Registry' {
            $Same = $Now.Type -eq $Step.Type -and ($Step.Type -eq 'None' -or $Now.State -eq [string]$Step.Value)
            return -not ($Same -or $Step.Fine -contains $Now.State)
        }
        'RuleGroup' { return $Now.State -ne '' }
        'Run' {
            if ($null -eq $Step.Read) { return $true }
            if ($Step.Done -contains $Now.State) { return $false }
            if ($null -eq (Get-BackArguments $Step $Now.State)) {
                throw "今の状態($($Now.State))からの戻し方がわからないため、何も変更しません。 / It is not known how to put back the present state ($($Now.State)); nothing is changed."
            }
            return $true
        }
    }
}

function Get-Label($Step) {
    switch ($Step.Kind) {
        'Registry' { "HKLM\$($Step.Path)\$($Step.Name)" }
        'RuleGroup' { "NetFirewallRule $($Step.Group)" }
        'Run' { "$(Get-Program $Step.Program) $($Step.Arguments -join ' ')" }
    }
}

function Get-Wanted($Step) {
    switch ($Step.Kind) {
        'Registry' { if ($Step.Type -eq 'None') { 'absent' } else { $Step.Value } }
        'RuleGroup' { 'Disabled' }
        'Run' { $Step.Done -join ', ' }
    }
}

function Invoke-Step($Step, $Now) {
    switch ($Step.Kind) {
        'Registry' { Set-Value $Step.Path $Step.Name $Step.Type $Step.Value }
        'RuleGroup' { Disable-NetFirewallRule -Name $Now.Data }
        'Run' {
            if ($Step.Start) {
                Start-Process -FilePath (Get-Program $Step.Program) -ArgumentList $Step.Arguments -WindowStyle Hidden
            } else { Invoke-OrThrow $Step.Program $Step.Arguments }
        }
    }
}

function Restore-Step($Step, $Before) {
    switch ($Step.Kind) {
        'Registry' { Set-Value $Step.Path $Step.Name $Before.Type $Before.Data }
        'RuleGroup' {
            $Rules = @($Before.Data | Where-Object { $_ -match '^[A-Za-z0-9{}_.-]+$' })
            if ($Rules.Count -gt 0) { Enable-NetFirewallRule -Name $Rules }
        }
        'Run' {
            if ($null -eq $Step.Read) { return }
            $Arguments = Get-BackArguments $Step ([string]$Before.State)
            if ($null -eq $Arguments) { throw "$($Before.State)" }
            Invoke-OrThrow $Step.Program $Arguments
        }
    }
}

function Invoke-AfterUndo {
    foreach ($Step in $Steps) { if ($Step.Kind -eq 'Run' -and $Step.AfterUndo) { Invoke-OrThrow $Step.Program $Step.Arguments } }
}

# The record of what was before may be written by administrators only: others could make an undo do what they like.
function Initialize-Folder {
    if (-not (Test-Path -LiteralPath $Folder)) { New-Item -ItemType Directory -Path $Folder -Force | Out-Null }
    & (Join-Path ([Environment]::GetFolderPath('System')) 'icacls.exe') $Folder /inheritance:r /grant:r '*S-1-5-32-544:(OI)(CI)F' '*S-1-5-18:(OI)(CI)F' | Out-Null
    if ($LASTEXITCODE -ne 0) { throw "icacls: $Folder" }
}

function Assert-OwnRecord {
    $Owner = (Get-Acl -LiteralPath $Record).GetOwner([Security.Principal.SecurityIdentifier]).Value
    $Me = [Security.Principal.WindowsIdentity]::GetCurrent().User.Value
    if (@('S-1-5-32-544', 'S-1-5-18', $Me) -notcontains $Owner) { throw "${Record}: $Owner" }
}

if ($Undo) {
    if (-not (Test-Path -LiteralPath $Record)) {
        Write-Output '元に戻すものがありません。 / There is nothing to put back.'
        return
    }
    Assert-OwnRecord
    $Kept = @((Get-Content -LiteralPath $Record -Raw -Encoding UTF8 | ConvertFrom-Json).Kept)
    foreach ($One in $Kept) {
        $Now = Get-Now $Steps[[int]$One.Step]
        if ($Now.State -ne $One.After.State) {
            throw "修正のあとで別の変更がされているため、元に戻しません。 / Changed by others since, so nothing is put back: $(Get-Label $Steps[[int]$One.Step]): $($One.After.State) -> $($Now.State)"
        }
    }
    [array]::Reverse($Kept)
    $Whole = $true
    foreach ($One in $Kept) {
        $Step = $Steps[[int]$One.Step]
        if ($PSCmdlet.ShouldProcess((Get-Label $Step), "$($One.After.State) -> $($One.Before.State)")) {
            Restore-Step $Step $One.Before
        } else { $Whole = $false }
    }
    if ($Whole) {
        Invoke-AfterUndo
        Remove-Item -LiteralPath $Record
        Write-Output '元に戻しました。 / Put back.'
    }
    return
}

foreach ($One in $Requirements) {
    if ($One.OneOf -notcontains (Get-ReadState $One.Read)) { throw ($One.Otherwise -join ' / ') }
}
$Found = @(for ($At = 0; $At -lt $Steps.Count; $At++) {
    $Now = Get-Now $Steps[$At]
    @{ At = $At; Step = $Steps[$At]; Now = $Now; Needed = (Test-Needed $Steps[$At] $Now); Kept = ($Now.Type -ne 'Nothing') }
})
# What is only run (to check, to reload) is for what the others change.
if (@($Found | Where-Object { $_.Kept }).Count -gt 0 -and @($Found | Where-Object { $_.Kept -and $_.Needed }).Count -eq 0) {
    Write-Output 'すでにこの設定になっています。 / It is so already.'
    return
}
$Done = @()
try {
    foreach ($One in @($Found | Where-Object { $_.Needed })) {
        if (-not $PSCmdlet.ShouldProcess((Get-Label $One.Step), "$($One.Now.State) -> $(Get-Wanted $One.Step)")) { continue }
        if ($One.Kept) { $Done += @{ Step = $One.At; Before = $One.Now; After = $One.Now } }
        Invoke-Step $One.Step $One.Now
        $After = Get-Now $One.Step
        if ($One.Kept) {
            $Done[-1].After = $After
            if (Test-Needed $One.Step $After) { throw "$(Get-Label $One.Step): $($After.State)" }
        }
    }
    if ($Done.Count -gt 0) {
        Initialize-Folder
        if (Test-Path -LiteralPath $Record) { Move-Item -LiteralPath $Record -Destination "$Record.$(Get-Date -Format yyyyMMddHHmmss).old" }
        @{ Remedy = $Id; Kept = $Done } | ConvertTo-Json -Depth 6 | Set-Content -LiteralPath $Record -Encoding UTF8
        Write-Output "変更しました。元に戻すには -Undo を付けて実行します。 / Done. Run it with -Undo to put it back. ($Record)"
    }
} catch {
    $Cause = $_
    [array]::Reverse($Done)
    foreach ($One in $Done) {
        try {
            if ((Get-Now $Steps[$One.Step]).State -ne $One.Before.State) { Restore-Step $Steps[$One.Step] $One.Before }
        } catch { Write-Warning "元に戻せませんでした。管理者に知らせてください。 / Could not be put back. Tell your administrator: $(Get-Label $Steps[$One.Step])" }
    }
    try { if ($Done.Count -gt 0) { Invoke-AfterUndo } } catch { Write-Warning $_ }
    Write-Warning '途中で失敗したため、変更したものを元に戻しました。 / It failed on the way; what was changed was put back.'
    throw $Cause
}
