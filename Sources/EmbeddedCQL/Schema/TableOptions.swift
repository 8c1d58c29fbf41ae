/// The options behind WITH of CREATE and ALTER TABLE.
///
/// Those that change how rows are stored on disk have no meaning in memory: they are checked by name and forgotten.
struct TableOptions {
    private(set) var comment: String?

    private static let names: Set<String> = [
        "additional_write_policy", "bloom_filter_fp_chance", "caching", "cdc", "comment", "compaction", "compression",
        "crc_check_chance", "dclocal_read_repair_chance", "default_time_to_live", "extensions", "gc_grace_seconds",
        "max_index_interval", "memtable_flush_period_in_ms", "min_index_interval", "paxos_grace_seconds",
        "per_partition_rate_limit", "read_repair", "read_repair_chance", "speculative_retry", "synchronous_updates",
        "tombstone_gc",
    ]

    /// - Throws: `StatementError` for unknown options and for those that this node cannot honour.
    init(_ properties: [Property]) throws(StatementError) {
        for property in properties {
            guard Self.names.contains(property.name) else { throw .syntax("Unknown property '\(property.name)'") }
            switch (property.name, property.value) {
            case ("comment", .string(let text)): comment = text
            case ("default_time_to_live", .integer("0")): break
            case ("default_time_to_live", _): throw .unsupported("default_time_to_live is")
            case ("compaction", .map(let entries)): try Self.checkCompaction(entries)
            case ("compression", .map(let entries)): try Self.checkCompression(entries)
            case ("gc_grace_seconds", .integer(let digits)) where digits.hasPrefix("-"):
                throw StatementError(
                    .configuration,
                    "gc_grace_seconds must be greater than or equal to 0 (got \(digits))"
                )
            default: break
            }
        }
    }

    private static func className(_ entries: [Term.Entry], _ keys: Set<String>) -> String? {
        entries.last { keys.contains($0.key.text) }?.value.text
    }

    private static func checkCompaction(_ entries: [Term.Entry]) throws(StatementError) {
        let package = "org.apache.cassandra.db.compaction."
        guard let name = className(entries, ["class"]) else {
            throw StatementError(.configuration, "Missing sub-option 'class' for the 'compaction' option.")
        }
        let short = name.hasPrefix(package) ? String(name.dropFirst(package.count)) : name
        let known = ["SizeTiered", "Leveled", "TimeWindow", "DateTiered", "Incremental", "Unified", "Null"]
        guard known.contains(where: { "\($0)CompactionStrategy" == short }) else {
            throw StatementError(.configuration, "Unable to find compaction strategy class '\(package)\(short)'")
        }
    }

    private static func checkCompression(_ entries: [Term.Entry]) throws(StatementError) {
        let package = "org.apache.cassandra.io.compress."
        guard let name = className(entries, ["class", "sstable_compression"]), !name.isEmpty else { return }
        let short = name.hasPrefix(package) ? String(name.dropFirst(package.count)) : name
        let known = ["LZ4", "LZ4WithDicts", "Snappy", "Deflate", "Zstd", "ZstdWithDicts", "Noop"]
        guard known.contains(where: { "\($0)Compressor" == short }) else {
            throw StatementError(.configuration, "Could not create Compression for type \(package)\(short)")
        }
    }
}
