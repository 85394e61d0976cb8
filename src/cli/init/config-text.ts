/** The `config.toml` that `init` writes: the usual keys with their values, the others as comments with their
 *  defaults. */
export const configText = String.raw`# What carbonation watches and where it archives. Paths are relative to this file.
# carbonation check-config reads it and names every mistake.

[service]
# How soon retries and time-outs that are due are picked up
poll_interval = "5s"

# How often all delivery directories are compared with the database
reconcile_interval = "1h"

# How many files are copied and hashed at the same time
workers = 4

# What went wrong outside (a full disk, a plugin's error) is tried again: after retry_delay,
# then twice as long each time (24 hours at most), then the file is "failed" and needs a person
max_retries = 3
retry_delay = "30m"

# A file that is undecided for longer than this is an alarm in carbonation status
stale_threshold = "1d"

# How often the service says in the database that it is alive
# heartbeat_interval = "60s"

# How often directories on network file systems are scanned, where events cannot be trusted
# scan_interval = "10s"

# "full": an archived file outlives a power cut. "none" is faster and promises nothing
# durability = "full"

[logging]
# DEBUG, INFO, WARNING or ERROR
level = "INFO"

# A log file beside stderr; it is put aside at this size, and removed at this age
# file = "carbonation.log"
# rotation = "10 MB"
# retention = "30 days"

# "text", or "json" for one JSON object a line
format = "text"

[database]
# sqlite, postgresql or mysql (MariaDB)
drivername = "sqlite"

# For sqlite the file, else the name of the database on its server
name = "carbonation.db"
# host = "localhost"
# port = 5432
# socket = "/var/run/postgresql"  # instead of host: the server's socket, or PostgreSQL's directory of it
# username = "carbonation"
# password = "..."  # better in ~/.config/carbonation/secrets.toml, or in a file that password_file names
# sslmode = "prefer"  # disable, require, verify-ca, verify-full
# sslrootcert = "ca.pem"  # with sslcert and sslkey, as PostgreSQL's own programs know them
# echo = false  # true: every SQL statement goes to the log

[plugins]
# TypeScript files; see plugins/file_model.ts
directory = "plugins"

# A plugin that takes longer than this for one group is stopped
# timeout = "60s"

[rules]
file = "rules.toml"

# --- Watches: one [[watch]] for each delivery directory ---

[[watch]]
name = "my-watch"

# A label of your own, kept with each group; query files --type finds it
# type = "signal"

path = "delivery"

# Look into subdirectories, too
recursive = false

# Which names are taken (all, without this line): *, ?, [a-z], [!a]; a pattern with a slash is for the
# relative path
patterns = ["*.txt", "*.json"]

# Which names are never looked at. Without this line: *.tmp .* *.part *.partial *.filepart *.crdownload ~$*
ignore_patterns = ["*.tmp", ".*"]

# The rule set in rules.toml, and where its files go when no routing rule says otherwise
rules = "my-rules"
archive = "my-archive"

# A file is complete when it was left unchanged for so many seconds
settle_seconds = 2.0

# What shows that it is complete: "settle" (that quiet alone), "close" (it was closed, or renamed into place),
# "marker" (a file beside it), "checksum" (its .sha256 or .md5; needs such an integrity check)
# ready = "settle"
# marker = "{name}.done"

# Leave a file alone while another process has it open for writing
# veto_open = true

# Tell of a file that does not come to rest for so long
# settle_max = "24h"

# How changes are noticed: "auto", "inotify", "fs.watch" or "poll"
# backend = "auto"

# Prove now and then that events arrive, by a hidden file made and removed here; while none does, scan instead
# canary = false

# Take what a symbolic link in the delivery directory leads to
# follow_symlinks = false

# What was archived already and is delivered again with other content:
# "version" stores it beside the first as name~2.txt, "replace" exchanges it, "ignore" leaves it, "fail" is an
# alarm
# on_redelivery = "version"

# How long such a group must be quiet before members that did not come again are taken over (10 x
# settle_seconds)
# redelivery_wait = "20s"

# --- Archives: one [[archive]] for each place that files are put in ---

[[archive]]
name = "my-archive"

base_path = "archive"

# The directory below base_path. In braces: columns of the plugin, and watch_name, file_type, group_key,
# generation,
# detected_at; times with strftime formats, in UTC
destination = "{category}/{start:%Y%m%d}"

# copy, move, hardlink or symlink
action = "copy"

create_directories = true

# Permissions of what is copied or moved
file_mode = 0o640
dir_mode = 0o750

# "readback": what was written is read again from the disk and compared before it counts
# verify = "none"
`
