remedy-title = How to fix: { $x }
remedy-lead = See what is wrong, what changes and how to undo it, then fix it. When in doubt, ask your administrator first.
remedy-met = This is as it should be; there is nothing to fix.
remedy-wrong = What is wrong now
remedy-why = Why it matters
remedy-fixes = Built-in fixes
remedy-fixes-hint = On a PC with Mimamori's agent, the agent's own page offers the same fixes. Either way an administrator's rights are needed.
remedy-system-windows = Windows
remedy-system-linux = Linux
remedy-system-macos = macOS
remedy-changes = What changes
remedy-caution = Mind
remedy-restart = Restart
remedy-restart-needed = It takes effect after a restart.
remedy-undo = Undo
remedy-script = Download the script
remedy-how-to-run = Preview, run, undo
remedy-run-preview = Preview (changes nothing)
remedy-run = Run
remedy-run-undo = Undo
remedy-window = How to open the window that runs scripts (Windows)
remedy-window-steps =
    Download the script (it lands in your Downloads folder).
    Right-click the Start button and choose Terminal (Admin) or Windows PowerShell (Admin).
    Type cd $HOME\Downloads and press Enter (if you signed in as another administrator, name the folder the script is in).
    Copy and paste the line under Preview above, see what would change, then run the line under Run.
remedy-by-hand = Fixing it yourself
remedy-no-script = There is no script, as this needs a decision or a look. Follow the steps.
remedy-or-above = The steps on screen, in place of a built-in fix above.
remedy-after = The verdict changes with the agent's next report, or when you collect again and bring the file in.
remedy-link = Guide to fixing it
