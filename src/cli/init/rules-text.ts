/** The `rules.toml` that `init` writes. */
export const rulesText = String.raw`# What happens to the files of a watch: one table for each rule set, named by rules = "..." of a [[watch]].
# A running service reads this file again when it changes.

[my-rules]
# The archive of this rule set, where its watches name none
# archive = "my-archive"

# --- Integrity: every check has to pass ---

[[my-rules.integrity]]
# Bytes; max_size likewise
type = "min_size"
value = 10

# [[my-rules.integrity]]
# # Each file comes with <name>.sha256, as sha256sum writes it; or "md5" and <name>.md5
# type = "checksum"
# value = "sha256"

# [[my-rules.integrity]]
# # A function of a plugin: gives null, or the reason why the file is not in order
# type = "plugin"
# function = "checkFile"

# --- Completeness: which files belong together ---

[my-rules.completeness]
# "stem": a.txt and a.json are one group. "plugin": group_function = "..." names a function of a plugin
group_by = "stem"

# What a group needs to be complete
expected_extensions = [".txt", ".json"]

# Put into the archive last, and the path that the group is known by
primary_extension = ".json"

# A group that is not complete after this time: "warn" says so, "skip" gives it up, "archive_partial" takes
# what is there
timeout_minutes = 60
on_timeout = "warn"

# --- Metadata: the plugin whose extract() reads a complete group ---

[my-rules.metadata]
# plugins/file_model.ts
module = "file_model"

# --- Selection: a group is archived when any of these takes it, or when there are none ---

[[my-rules.selection]]
# These columns have a value; lacks_keys: these have none
has_keys = ["category"]

# [[my-rules.selection]]
# # A column matches any of these regular expressions, and none of not_matches
# name = "greek letters"
# field = "category"
# matches = ["^alpha", "^beta"]

# [[my-rules.selection]]
# # A function of a plugin: gives true or false
# type = "plugin"
# function = "shouldArchive"

# --- Routing: the first that matches names the archive, else it is that of the watch ---

# [[my-rules.routing]]
# # A pattern for the group key
# match = "calibration_*"
# archive = "calibration-archive"

# [[my-rules.routing]]
# # A function of a plugin: gives the name of an archive, or null
# type = "plugin"
# function = "chooseArchive"
`
